# Files of top-level statements to methods of one class; their using directives are left to the caller.
function close_method() { if (open) print "        await Task.CompletedTask;\n    }\n" }
# 0105: each file has its own using directives, many the same.
BEGIN { print "#pragma warning disable 0105\npublic static class Samples\n{" }
FNR == 1 {
    close_method()
    open = 1
    name = FILENAME
    sub(/.*\//, "", name)
    sub(/\.cs$/, "", name)
    file = name
    gsub(/[^A-Za-z0-9_]/, "_", name)
    print "    public static async Task " name "()\n    {"
    print "#line 1 \"" file ".cs\""
}
/^using [A-Za-z.]+;/ { print ""; next }
{ print }
END { close_method(); print "#line default\n}" }
