using System.Text;
using QRCoder;

namespace Causeway.Tunnel.Invitations;

/// <summary>A token as a QR code for terminals: two rows of modules in a line of half blocks.</summary>
public static class InvitationQrCode
{
    // ISO/IEC 18004 asks for four modules of quiet around a code; readers of screens do with two.
    private const int Quiet = 2;

    /// <summary>Draws the code, light on dark as terminals are; null if it would be wider than <paramref name="columns"/>.</summary>
    /// <param name="token">The token; the picture holds its secret.</param>
    /// <param name="columns">The width of the terminal.</param>
    public static string? Draw(InvitationToken token, int columns = 80)
    {
        using var code = QRCodeGenerator.GenerateQrCode(token.ToCapitals(), QRCodeGenerator.ECCLevel.L);

        // The matrix has a quiet zone of its own.
        const int Own = 4;
        var size = code.ModuleMatrix.Count - (2 * Own);
        var width = size + (2 * Quiet);
        if (width > columns) return null;
        bool IsDark(int row, int column) =>
            row >= 0 && column >= 0 && row < size && column < size && code.ModuleMatrix[row + Own][column + Own];

        var text = new StringBuilder();
        for (var row = -Quiet; row < size + Quiet; row += 2)
        {
            for (var column = -Quiet; column < size + Quiet; column++)
            {
                var lower = row + 1 >= size + Quiet || IsDark(row + 1, column);
                text.Append((IsDark(row, column), lower) switch
                {
                    (false, false) => '█',
                    (false, true) => '▀',
                    (true, false) => '▄',
                    _ => ' ',
                });
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
