using Causeway.Apps.Bundles;

namespace Causeway.Apps.Tests.Bundles;

/// <summary>What a base executable is.</summary>
public sealed class SingleFileExecutableTests
{
    [Theory]
    [InlineData("causeway.dll", true, ExecutableKind.SelfContained)]
    [InlineData("causeway.dll", false, ExecutableKind.NeedsRuntime)]
    [InlineData("other-program.dll", true, ExecutableKind.OtherProgram)]
    public void A_program_in_one_file_is_known_by_its_manifest(string program, bool isSelfContained, ExecutableKind kind)
        => Assert.Equal(kind, Inspect(FakeExecutable.Create(program, isSelfContained)));

    [Fact]
    public void What_follows_makes_no_difference() => Assert.Equal(ExecutableKind.SelfContained, Inspect([.. FakeExecutable.Create(), .. new byte[5000]]));

    [Theory]
    [InlineData((1 << 20) - 60)]
    [InlineData((1 << 20) - 41)]
    [InlineData((1 << 20) - 40)]
    [InlineData((1 << 20) - 20)]
    [InlineData((1 << 20) - 4)]
    [InlineData((1 << 20) + 3)]
    public void The_mark_is_found_wherever_it_lies(int padding) => Assert.Equal(ExecutableKind.SelfContained, Inspect(FakeExecutable.Create(padding: padding)));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Other_files_are_no_program_in_one_file(int length) => Assert.Equal(ExecutableKind.NotOneFile, Inspect(new byte[length]));

    [Fact]
    public void Damaged_manifests_are_survived()
    {
        var random = new Random(1);
        var whole = FakeExecutable.Create();
        for (var i = 0; i < Soak.Count(500, 100_000); i++)
        {
            var bytes = whole.AsSpan(0, random.Next(10) == 0 ? random.Next(whole.Length) : whole.Length).ToArray();
            for (var flips = random.Next(1, 5); flips > 0 && bytes.Length > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Inspect(bytes);
        }
    }

    private static ExecutableKind Inspect(byte[] content)
    {
        using var folder = new TemporaryFolder();
        return SingleFileExecutable.Inspect(folder.Write("program", content));
    }
}
