// Compiles C# with the Roslyn beside this program: takes the arguments of csc, prints its diagnostics. `--` parts the
// arguments of several compilations, done one after the other until one fails: starting takes longer than compiling.
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

static class Csc
{
    static bool failed;

    static int Main(string[] args)
    {
        var one = args.TakeWhile(argument => argument != "--").ToArray();
        var rest = args.Skip(one.Length + 1).ToArray();
        return Compile(one) != 0 ? 1 : rest.Length > 0 ? Main(rest) : 0;
    }

    static int Compile(string[] args)
    {
        var here = Directory.GetCurrentDirectory();
        var command = CSharpCommandLineParser.Default.Parse(args, here, null, null);
        foreach (var problem in command.Errors) Show(problem);
        if (failed) return 1;
        if (command.DisplayVersion)
        {
            Console.WriteLine(typeof(CSharpCompilation).Assembly.GetName().Version);
            return 0;
        }
        var trees = command.SourceFiles.AsParallel().AsOrdered().Select(file => Parse(file.Path, command)).ToList();
        var options = command.CompilationOptions
            .WithMetadataImportOptions(MetadataImportOptions.Public)
            .WithAssemblyIdentityComparer(DesktopAssemblyIdentityComparer.Default)
            .WithXmlReferenceResolver(new XmlFileResolver(here));
        if (command.AnalyzerConfigPaths.Length > 0)
        {
            var configs = command.AnalyzerConfigPaths.Select(path => AnalyzerConfig.Parse(SourceText.From(File.ReadAllText(path)), path));
            var set = AnalyzerConfigSet.Create(configs.ToImmutableArray());
            options = options.WithSyntaxTreeOptionsProvider(new EditorConfig(set, trees));
        }
        var folders = new[] { here }.Concat(command.ReferencePaths).ToList();
        var references = command.MetadataReferences
            .Select(r => (MetadataReference)MetadataReference.CreateFromFile(Resolve(r.Reference, folders), r.Properties));
        var name = command.CompilationName ?? Path.GetFileNameWithoutExtension(command.OutputFileName);
        var compilation = CSharpCompilation.Create(name, trees, references, options);
        return Write(compilation, command) && !failed ? 0 : 1;
    }

    static SyntaxTree Parse(string path, CSharpCommandLineArguments command)
    {
        using var stream = File.OpenRead(path);
        var text = SourceText.From(stream, command.Encoding, command.ChecksumAlgorithm);
        return CSharpSyntaxTree.ParseText(text, command.ParseOptions, path);
    }

    static string Resolve(string reference, IEnumerable<string> folders)
    {
        if (Path.IsPathRooted(reference)) return reference;
        return folders.Select(folder => Path.Combine(folder, reference)).FirstOrDefault(File.Exists) ?? reference;
    }

    static bool Write(CSharpCompilation compilation, CSharpCommandLineArguments command)
    {
        var library = command.CompilationOptions.OutputKind == OutputKind.DynamicallyLinkedLibrary;
        var file = command.OutputFileName
            ?? Path.GetFileNameWithoutExtension(command.SourceFiles[0].Path) + (library ? ".dll" : ".exe");
        var path = Path.Combine(command.OutputDirectory, file);
        var symbols = command.PdbPath ?? Path.ChangeExtension(path, ".pdb");
        var format = command.EmitOptions.DebugInformationFormat;
        var separate = command.EmitPdb && format != Microsoft.CodeAnalysis.Emit.DebugInformationFormat.Embedded;
        using var pe = new MemoryStream();
        using var pdb = new MemoryStream();
        using var xml = new MemoryStream();
        using var resources = compilation.CreateDefaultWin32Resources(true, false, null, null);
        var result = compilation.Emit(pe, separate ? pdb : null, command.DocumentationPath != null ? xml : null,
            resources, command.ManifestResources, command.EmitOptions.WithPdbFilePath(symbols).WithOutputNameOverride(file));
        var ordered = result.Diagnostics.OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(d => d.Location.SourceSpan.Start);
        foreach (var problem in ordered) Show(problem);
        if (!result.Success || failed) return false;
        File.WriteAllBytes(path, pe.ToArray());
        if (separate) File.WriteAllBytes(symbols, pdb.ToArray());
        if (command.DocumentationPath != null) File.WriteAllBytes(command.DocumentationPath, xml.ToArray());
        return true;
    }

    static void Show(Diagnostic problem)
    {
        if (problem.Severity == DiagnosticSeverity.Hidden || problem.Severity == DiagnosticSeverity.Info) return;
        if (problem.IsSuppressed) return;
        if (problem.Severity == DiagnosticSeverity.Error) failed = true;
        Console.WriteLine(CSharpDiagnosticFormatter.Instance.Format(problem));
    }

    sealed class EditorConfig : SyntaxTreeOptionsProvider
    {
        readonly AnalyzerConfigSet set;
        readonly Dictionary<SyntaxTree, AnalyzerConfigOptionsResult> trees;

        public EditorConfig(AnalyzerConfigSet set, List<SyntaxTree> trees)
        {
            this.set = set;
            this.trees = trees.ToDictionary(tree => tree, tree => set.GetOptionsForSourcePath(tree.FilePath));
        }

        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellation) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string id, CancellationToken cancellation, out ReportDiagnostic severity)
        {
            severity = default;
            return trees.TryGetValue(tree, out var options) && options.TreeOptions.TryGetValue(id, out severity);
        }

        public override bool TryGetGlobalDiagnosticValue(string id, CancellationToken cancellation, out ReportDiagnostic severity) =>
            set.GlobalConfigOptions.TreeOptions.TryGetValue(id, out severity);
    }
}
