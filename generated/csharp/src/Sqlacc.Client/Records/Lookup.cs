using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Sqlacc;

/// <summary>The fields by which a record can be found again when it is not known whether it was stored.</summary>
internal static class Lookup
{
    /// <summary>All names of its identity, else <c>docref1</c>, else null.</summary>
    public static IReadOnlyList<string>? Of(Shape shape, JsonObject record)
    {
        bool Filled(string wire) => !string.IsNullOrEmpty(JsonText.Scalar(record[wire]));
        if (shape.Identity.Count > 0 && shape.Identity.All(Filled))
        {
            return shape.Identity;
        }
        return Filled("docref1") ? new[] { "docref1" } : null;
    }
}
