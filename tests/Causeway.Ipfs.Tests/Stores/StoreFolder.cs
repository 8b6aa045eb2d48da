namespace Causeway.Ipfs.Tests.Stores;

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-blocks-");

    public string Database => Path.Combine(_folder.FullName, "blocks.db");

    public string FullName => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
