namespace Causeway.Lab.Setup;

/// <summary>
/// Says who is who in a new user namespace (user_namespaces(7)). Started by root, a lab has all users of the machine, so that programs which become somebody
/// else (sshd, tcpdump) do so; started by anybody else, it has one user, who is called root in there.
/// </summary>
internal static class UserMapping
{
    /// <summary>Writes the mapping of a process that has just made its user namespace; returns only once it has.</summary>
    /// <exception cref="LabException">The kernel allows neither mapping.</exception>
    public static void Write(int process)
    {
        var own = new FileInfo("/proc/self/ns/user").LinkTarget;
        // The program that makes the namespace does so within its first millisecond; there is no event to wait for.
        var spin = default(SpinWait);
        while (new FileInfo($"/proc/{process}/ns/user").LinkTarget == own) spin.SpinOnce();
        try
        {
            WriteAll(process);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteSingle(process);
        }
    }

    private static void WriteAll(int process)
    {
        foreach (var map in new[] { "gid_map", "uid_map" }) WriteFile(process, map, string.Join('\n', File.ReadLines($"/proc/self/{map}").Select(SameInside)) + "\n");
    }

    // The fields of a line: first ID in the namespace, first ID outside, count.
    private static string SameInside(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return $"{fields[0]} {fields[0]} {fields[2]}";
    }

    private static void WriteSingle(int process)
    {
        try
        {
            WriteFile(process, "uid_map", $"0 {EffectiveId("Uid:")} 1\n");
            WriteFile(process, "setgroups", "deny\n");
            WriteFile(process, "gid_map", $"0 {EffectiveId("Gid:")} 1\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"The users of the lab could not be defined: {e.Message}", e);
        }
    }

    // Real, effective, saved and file system IDs (proc(5)).
    private static string EffectiveId(string field) => File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal)).Split('\t')[2];

    // The kernel wants the whole mapping in one write.
    private static void WriteFile(int process, string name, string text)
    {
        using var file = File.OpenHandle($"/proc/{process}/{name}", FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, System.Text.Encoding.ASCII.GetBytes(text), 0);
    }
}
