using Xunit;

namespace Causeway.Testing;

/// <summary>Public test vectors, which lie beside the checkout and are not part of the project.</summary>
public static class Vectors
{
    /// <summary>The path of a vector file or folder. Skips the test where the vectors are absent; with <c>CI</c> set that is a failure.</summary>
    public static string Locate(string relativePath)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var root = Path.Combine(directory.FullName, "shared", "vectors");
            if (!Directory.Exists(root)) continue;
            var path = Path.Combine(root, relativePath);
            Assert.True(File.Exists(path) || Directory.Exists(path), $"The vectors are there, but {relativePath} is not.");
            return path;
        }

        Requirement.Missing("the public test vectors (a folder 'shared/vectors' beside the checkout)");
        throw new InvalidOperationException("Unreachable.");
    }
}
