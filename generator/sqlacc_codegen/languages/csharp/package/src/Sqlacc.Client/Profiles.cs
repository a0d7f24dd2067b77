namespace Sqlacc;
/// <summary>x</summary>
public static class Profiles {}
