namespace Causeway.Apps.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-apps-");

    public string Root => _folder.FullName;

    public string this[string path] => Path.Combine(Root, path);

    /// <summary>Writes a file, and the folders that it is in.</summary>
    public string Write(string path, string content = "content") => Write(path, System.Text.Encoding.UTF8.GetBytes(content));

    public string Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllBytes(this[path], content);
        return this[path];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
