namespace Causeway.Libp2p.Negotiation;

/// <summary>
/// The initiator's side when it has one protocol to propose and does not wait: header and proposal leave with the first data, and the answer is
/// compared when it comes. A peer that agrees answers with the very bytes of the proposal. Without I/O.
/// </summary>
internal sealed class OptimisticProposal
{
    private readonly string _protocol;
    private readonly byte[] _frames;
    private int _received;
    private int _refusal;
    private bool _agreeing = true;

    public OptimisticProposal(string protocol)
    {
        _protocol = protocol;
        var header = MultistreamMessage.HeaderFrame;
        _frames = new byte[header.Length + MultistreamMessage.FrameLength(protocol)];
        header.CopyTo(_frames);
        _ = MultistreamMessage.WriteFrame(_frames.AsSpan(header.Length), protocol);
    }

    /// <summary>What to send ahead of the first data.</summary>
    public ReadOnlyMemory<byte> Frames => _frames;

    /// <summary>How many bytes are certain to belong to the answer; 0 once the proposal is accepted.</summary>
    public int Wanted => _agreeing ? _frames.Length - _received : MultistreamMessage.NotAvailableFrame.Length - _refusal;

    /// <summary>Takes up to <see cref="Wanted"/> bytes of the answer.</summary>
    /// <exception cref="Libp2pException">The proposal was refused, or the other end broke the rules.</exception>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            // Refusal and acceptance may begin alike (with their length byte), so both are followed.
            var refusal = MultistreamMessage.NotAvailableFrame;
            var refusing = _refusal < refusal.Length && _received - MultistreamMessage.HeaderFrame.Length == _refusal && value == refusal[_refusal];
            _agreeing = _agreeing && _received < _frames.Length && value == _frames[_received];
            _received++;
            if (refusing && ++_refusal == refusal.Length) throw MultistreamDialer.Refused([_protocol]);
            if (!_agreeing && !refusing) throw MultistreamDecoder.Violation("an answer that fits no proposal");
        }
    }
}
