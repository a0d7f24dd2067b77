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
PARAMETERS = _names("where options cancellationToken workflows")

RECORD_MEMBERS = _names(
    """Equals Extra Facts Finalize FromJson FromList GetDate GetDecimal GetFlag GetHashCode GetInteger GetMoment GetNode
    GetText GetType Has HasLines IsRow Json MemberwiseClone Origin Over ReferenceEquals Remove Rows Set Table
    ToJson ToString Whole"""
)

CLIENT_MEMBERS = _names(
    "Dispose Dots Equals Exchange GetHashCode GetType Methods PingAsync Runner SendAsync Target ToString Workflows"
)

CLASSES = _names(
    """All Answers ApiException ApiFailure Arguments Batch Borrowed CalendarDate Call CallOptions Credentials
    DecimalText Driver Ensured Environment Exchange Facts Fields FieldShape Handlers Hex InOrder Journal JsonText
    LineList Lookup Nothing Operations Page Percent Profiles Program Protocol Read Record RecordJson Redaction
    Resource Result RowKeys ServiceFacts Session Settlement Shape Shapes Signature SqlaccClient SqlaccOptions Table
    TableShape Tagged Testing Transfer TransferLine Transport Validation Where Workflow Workflows Action Array
    CancellationToken Convert DateTime Encoding Enumerable Exception File Func Guid JsonArray JsonNode JsonObject
    Equals Finalize GetHashCode GetType Lazy List Math MemberwiseClone Object Path Random ReferenceEquals Regex Stream
    String Task Thread TimeSpan ToString Tuple Type Uri Version"""
)
