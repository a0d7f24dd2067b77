"""Names that generated C# must not take: keywords, and what the runtime and .NET already call so."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEYWORDS = _names(
    """abstract as base bool break byte case catch char checked class const continue decimal default delegate do double
    else enum event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is
    lock long namespace new null object operator out override params private protected public readonly ref return sbyte
    sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe
    ushort using virtual void volatile while"""
)

# Parameters that the methods of a resource have beside the fields.
PARAMETERS = _names("where options cancellationToken")

RECORD_MEMBERS = _names(
    """Equals Extra Facts Finalize FromJson FromList GetDate GetDecimal GetFlag GetHashCode GetInteger GetMoment GetNode
    GetText GetType Has IsRow Json MemberwiseClone Origin Over ReferenceEquals Remove Rows Set Table TakeChangesOf
    ToJson ToString Whole"""
)

CLIENT_MEMBERS = _names("Dispose Equals Exchange GetHashCode GetType PingAsync Runner SendAsync ToString Workflows")

CLASSES = _names(
    """Answers ApiException ApiFailure Batch Borrowed CalendarDate Call CallOptions Credentials DecimalText Ensured
    Exchange Fields FieldShape Handlers Hex InOrder Journal JsonText LineList Lookup Page Percent Profiles Record
    RecordJson Redaction Resource RowKeys ServiceFacts Settlement Shape Shapes Signature SqlaccClient SqlaccOptions
    TableShape Transfer TransferLine Transport Validation Where Workflows Action Array CancellationToken Convert
    DateTime Encoding Enumerable Exception File Func Guid JsonArray JsonNode JsonObject Lazy List Math Object Path
    Random Regex Stream String Task Thread TimeSpan Tuple Type Uri Version"""
)
