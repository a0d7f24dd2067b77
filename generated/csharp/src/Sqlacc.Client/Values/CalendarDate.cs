using System;
using System.Globalization;

namespace Sqlacc;

/// <summary>
/// A day of the calendar, without time and zone, as the service writes it: <c>2026-01-15</c>.
/// It is its own type because <c>DateOnly</c> is missing on .NET Framework and a <c>DateTime</c> shifts between zones.
/// </summary>
public readonly struct CalendarDate : IEquatable<CalendarDate>, IComparable<CalendarDate>
{
    private readonly DateTime _day;

    /// <summary>The day of a year, month (1 to 12) and day of the month.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such day.</exception>
    public CalendarDate(int year, int month, int day)
    {
        _day = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified);
    }

    /// <summary>The year, 1 to 9999.</summary>
    public int Year => _day.Year;

    /// <summary>The month, 1 to 12.</summary>
    public int Month => _day.Month;

    /// <summary>The day of the month, 1 to 31.</summary>
    public int Day => _day.Day;

    /// <summary>The date that a clock on the wall shows: the time of day is dropped, nothing is converted.</summary>
    public static CalendarDate FromDateTime(DateTime moment) =>
        new(moment.Year, moment.Month, moment.Day);

    /// <summary>Midnight of this day, of unspecified kind.</summary>
    public DateTime ToDateTime() => _day;

    /// <summary>The day so many days later, or earlier for a negative count.</summary>
    public CalendarDate AddDays(int days) => FromDateTime(_day.AddDays(days));

    /// <summary>Reads <c>2026-01-15</c>; an empty text, another form or an impossible day is refused.</summary>
    public static bool TryParse(string? text, out CalendarDate date)
    {
        var style = DateTimeStyles.None;
        var fits = DateTime.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            style,
            out var day
        );
        date = fits ? FromDateTime(day) : default;
        return fits;
    }

    /// <summary>Reads <c>2026-01-15</c>.</summary>
    /// <exception cref="FormatException">The text is no such date.</exception>
    public static CalendarDate Parse(string text) =>
        TryParse(text, out var date)
            ? date
            : throw new FormatException($"\"{text}\" is not a date of the form 2026-01-15");

#if NET6_0_OR_GREATER
    /// <summary>The same day.</summary>
    public static implicit operator CalendarDate(DateOnly day) => new(day.Year, day.Month, day.Day);

    /// <summary>The same day.</summary>
    public static implicit operator DateOnly(CalendarDate date) =>
        new(date.Year, date.Month, date.Day);
#endif

    /// <inheritdoc/>
    public override string ToString() => _day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public bool Equals(CalendarDate other) => _day == other._day;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CalendarDate other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _day.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(CalendarDate other) => _day.CompareTo(other._day);

    /// <summary>Is it the same day?</summary>
    public static bool operator ==(CalendarDate left, CalendarDate right) => left.Equals(right);

    /// <summary>Is it another day?</summary>
    public static bool operator !=(CalendarDate left, CalendarDate right) => !left.Equals(right);

    /// <summary>Is it an earlier day?</summary>
    public static bool operator <(CalendarDate left, CalendarDate right) =>
        left.CompareTo(right) < 0;

    /// <summary>Is it a later day?</summary>
    public static bool operator >(CalendarDate left, CalendarDate right) =>
        left.CompareTo(right) > 0;

    /// <summary>Is it an earlier day or the same?</summary>
    public static bool operator <=(CalendarDate left, CalendarDate right) =>
        left.CompareTo(right) <= 0;

    /// <summary>Is it a later day or the same?</summary>
    public static bool operator >=(CalendarDate left, CalendarDate right) =>
        left.CompareTo(right) >= 0;
}
