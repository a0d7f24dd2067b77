using System.Text;

namespace Sqlacc;

/// <summary>Text to percent-encoded UTF-8: only letters, digits and <c>- . _ ~</c> stay as they are.</summary>
internal static class Percent
{
    private const string Unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <param name="text">What is to be encoded.</param>
    /// <param name="keep">Further characters that stay as they are.</param>
    public static string Encode(string text, string keep = "")
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            var character = (char)octet;
            if (
                octet < 0x80
                && (Unreserved.IndexOf(character) >= 0 || keep.IndexOf(character) >= 0)
            )
            {
                encoded.Append(character);
            }
            else
            {
                encoded.Append('%').Append(Hex.Upper[octet >> 4]).Append(Hex.Upper[octet & 15]);
            }
        }
        return encoded.ToString();
    }
}

/// <summary>Bytes as hexadecimal text.</summary>
internal static class Hex
{
    public const string Upper = "0123456789ABCDEF";
    private const string Lower = "0123456789abcdef";

    public static string Encode(byte[] bytes)
    {
        var text = new char[bytes.Length * 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            text[i * 2] = Lower[bytes[i] >> 4];
            text[i * 2 + 1] = Lower[bytes[i] & 15];
        }
        return new string(text);
    }
}
