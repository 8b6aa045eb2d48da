namespace Causeway.Cryptography.Tests;

/// <summary>Inputs for decoders: a valid one with a few bytes changed, cut, doubled or inserted, and sometimes pure noise.</summary>
internal static class Mutation
{
    internal static byte[] Of(Random random, byte[] valid)
    {
        if (random.Next(50) == 0)
        {
            var noise = new byte[random.Next(valid.Length + 20)];
            random.NextBytes(noise);
            return noise;
        }

        var bytes = valid.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            // Half of the changes hit the first bytes, where the structure is.
            var at = random.Next(random.Next(2) == 0 ? bytes.Count : Math.Min(bytes.Count, 48));
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes[at] = random.Next(2) == 0 ? (byte)0 : (byte)0xff; break;
                case 3: bytes.Insert(at, (byte)random.Next(256)); break;
                case 4: bytes.RemoveAt(at); break;
                default: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 8))); break;
            }
        }

        return [.. bytes];
    }
}
