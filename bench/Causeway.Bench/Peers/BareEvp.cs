using System.Runtime.InteropServices;

namespace Causeway.Bench.Peers;

/// <summary>The fewest calls into libcrypto that seal or open one message in place: nonce, associated data, data, tag; the key stays.</summary>
internal sealed unsafe partial class BareEvp : IDisposable
{
    // OpenSSL 3, include/openssl/evp.h: EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG.
    private const int GetTag = 0x10;
    private const int SetTag = 0x11;
    private const string Library = "libcrypto.so.3";

    private readonly nint _context = New();
    private readonly byte* _memory;
    private readonly int _size;

    public BareEvp(string cipher, int size)
    {
        _size = size;
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)size + 128);
        Check(Init(_context, Fetch(0, cipher, 0), 0, _memory, null, 1));
    }

    public void Seal()
    {
        int written;
        byte* nonce = _memory, data = _memory + 64;
        Check(Init(_context, 0, 0, null, nonce, 1));
        Check(EncryptUpdate(_context, null, &written, nonce + 16, 16));
        Check(EncryptUpdate(_context, data, &written, data, _size));
        Check(EncryptFinal(_context, data + _size, &written));
        Check(Control(_context, GetTag, 16, data + _size));
    }

    public void Open()
    {
        int written;
        byte* nonce = _memory, data = _memory + 64;
        Check(Init(_context, 0, 0, null, nonce, 0));
        Check(Control(_context, SetTag, 16, data + _size));
        Check(DecryptUpdate(_context, null, &written, nonce + 16, 16));
        Check(DecryptUpdate(_context, data, &written, data, _size));
        Check(DecryptFinal(_context, data + _size + 16, &written));
    }

    public void Dispose()
    {
        Free(_context);
        NativeMemory.Free(_memory);
    }

    private static void Check(int result)
    {
        if (result != 1) throw new InvalidOperationException("libcrypto failed.");
    }

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    private static partial nint New();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    private static partial void Free(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_fetch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Fetch(nint library, string name, nint properties);

    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    private static partial int Init(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    private static partial int Control(nint context, int type, int argument, byte* data);

    [LibraryImport(Library, EntryPoint = "EVP_EncryptUpdate")]
    private static partial int EncryptUpdate(nint context, byte* output, int* written, byte* input, int length);

    [LibraryImport(Library, EntryPoint = "EVP_DecryptUpdate")]
    private static partial int DecryptUpdate(nint context, byte* output, int* written, byte* input, int length);

    [LibraryImport(Library, EntryPoint = "EVP_EncryptFinal_ex")]
    private static partial int EncryptFinal(nint context, byte* output, int* written);

    [LibraryImport(Library, EntryPoint = "EVP_DecryptFinal_ex")]
    private static partial int DecryptFinal(nint context, byte* output, int* written);
}
