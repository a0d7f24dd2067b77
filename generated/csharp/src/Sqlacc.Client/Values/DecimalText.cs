using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Sqlacc;

/// <summary>Decimal numbers as text: exact in both directions, the same in every culture.</summary>
internal static class DecimalText
{
    private static readonly Regex JsonNumber = new(
        @"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?\z",
        RegexOptions.CultureInvariant
    );
    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>The digits as the user gave them: a decimal knows its scale, so 25.10 stays 25.10.</summary>
    public static string Format(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a number without loss. False: not a number, or more digits than a decimal holds.</summary>
    public static bool TryParse(string text, out decimal value) =>
        decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out value)
        && text.Length > 0
        && Significant(text) == Significant(Format(value));

    /// <summary>The same digits without an exponent: 0E-2 is 0.00.</summary>
    public static string Plain(string text)
    {
        var (digits, scale) = Parts(text);
        if (digits is null || text.IndexOfAny(new[] { 'e', 'E' }) < 0 || Math.Abs(scale) > 9999)
        {
            return text;
        }
        digits = scale < 0 ? digits + new string('0', -scale) : digits.PadLeft(scale + 1, '0');
        var whole = digits.Substring(0, digits.Length - Math.Max(scale, 0)).TrimStart('0');
        var fraction = scale > 0 ? "." + digits.Substring(digits.Length - scale) : "";
        return (text[0] == '-' ? "-" : "") + (whole.Length == 0 ? "0" : whole) + fraction;
    }

    /// <summary>Is the text a number as JSON writes it? Zeros before it are let pass.</summary>
    public static bool IsNumber(string text) => JsonNumber.IsMatch(text);

    /// <summary>Digits after the point, trailing zeros not counted; 0 for a text that is no number.</summary>
    public static int Scale(string text)
    {
        var (digits, scale) = Parts(text);
        if (digits is null)
        {
            return 0;
        }
        var end = digits.Length;
        while (scale > 0 && end > 0 && digits[end - 1] == '0')
        {
            end--;
            scale--;
        }
        return Math.Max(scale, 0);
    }

    /// <summary>The same text for equal numbers: the digits without outer zeros, and the power of ten.</summary>
    public static string Significant(string text)
    {
        var (digits, scale) = Parts(text);
        if (digits is null)
        {
            return "not a number";
        }
        var trimmed = digits.TrimEnd('0');
        scale -= digits.Length - trimmed.Length;
        trimmed = trimmed.TrimStart('0');
        var sign = text[0] == '-' ? "-" : "";
        return trimmed.Length == 0
            ? "0"
            : sign + trimmed + "e" + (-scale).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>All digits in a row, and how many of them stand after the point.</summary>
    private static (string? Digits, int Scale) Parts(string text)
    {
        var at = text.Length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
        var digits = new System.Text.StringBuilder();
        var point = -1;
        for (; at < text.Length && text[at] != 'e' && text[at] != 'E'; at++)
        {
            if (text[at] == '.' && point < 0)
            {
                point = digits.Length;
            }
            else if (text[at] >= '0' && text[at] <= '9')
            {
                digits.Append(text[at]);
            }
            else
            {
                return (null, 0);
            }
        }
        var exponent = 0;
        var sign = NumberStyles.AllowLeadingSign;
        if (
            at < text.Length
            && !int.TryParse(
                text.Substring(at + 1),
                sign,
                CultureInfo.InvariantCulture,
                out exponent
            )
        )
        {
            return (null, 0);
        }
        return digits.Length == 0
            ? (null, 0)
            : (digits.ToString(), (point < 0 ? 0 : digits.Length - point) - exponent);
    }
}
