// Signatures of what the client uses of the packages that netstandard2.0 needs: System.Text.Json 8.0 (with
// System.Memory) and Microsoft.Bcl.AsyncInterfaces. Nothing here runs.
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace System
{
    public readonly struct ReadOnlySpan<T>
    {
        public int Length => throw null!;
        public ref readonly T this[int index] => throw null!;
    }

    public readonly struct ReadOnlyMemory<T>
    {
        public ReadOnlySpan<T> Span => throw null!;
        public int Length => throw null!;
        public ReadOnlyMemory<T> Slice(int start) => throw null!;
        public static implicit operator ReadOnlyMemory<T>(T[]? array) => throw null!;
    }

    public interface IAsyncDisposable
    {
        ValueTask DisposeAsync();
    }
}

namespace System.Collections.Generic
{
    public interface IAsyncEnumerable<out T>
    {
        IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default);
    }

    public interface IAsyncEnumerator<out T> : IAsyncDisposable
    {
        T Current { get; }
        ValueTask<bool> MoveNextAsync();
    }
}

namespace System.Threading.Tasks
{
    [Runtime.CompilerServices.AsyncMethodBuilder(typeof(Runtime.CompilerServices.AsyncValueTaskMethodBuilder))]
    public readonly struct ValueTask
    {
        public ValueTask(Sources.IValueTaskSource source, short token) => throw null!;
        public Runtime.CompilerServices.ValueTaskAwaiter GetAwaiter() => throw null!;
        public Runtime.CompilerServices.ConfiguredValueTaskAwaitable ConfigureAwait(bool continueOnCapturedContext) => throw null!;
    }

    public readonly struct ValueTask<T>
    {
        public ValueTask(T result) => throw null!;
        public ValueTask(Sources.IValueTaskSource<T> source, short token) => throw null!;
        public Runtime.CompilerServices.ValueTaskAwaiter<T> GetAwaiter() => throw null!;
        public Runtime.CompilerServices.ConfiguredValueTaskAwaitable<T> ConfigureAwait(bool continueOnCapturedContext) => throw null!;
    }

    public static class TaskAsyncEnumerableExtensions
    {
        public static Runtime.CompilerServices.ConfiguredCancelableAsyncEnumerable<T> ConfigureAwait<T>(
            this IAsyncEnumerable<T> source,
            bool continueOnCapturedContext
        ) => throw null!;
    }
}

namespace System.Threading.Tasks.Sources
{
    public enum ValueTaskSourceStatus { Pending, Succeeded, Faulted, Canceled }

    [Flags]
    public enum ValueTaskSourceOnCompletedFlags { None }

    public interface IValueTaskSource
    {
        ValueTaskSourceStatus GetStatus(short token);
        void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags);
        void GetResult(short token);
    }

    public interface IValueTaskSource<out T>
    {
        ValueTaskSourceStatus GetStatus(short token);
        void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags);
        T GetResult(short token);
    }

    public struct ManualResetValueTaskSourceCore<T>
    {
        public bool RunContinuationsAsynchronously { get; set; }
        public short Version => throw null!;
        public void Reset() => throw null!;
        public void SetResult(T result) => throw null!;
        public void SetException(Exception error) => throw null!;
        public ValueTaskSourceStatus GetStatus(short token) => throw null!;
        public T GetResult(short token) => throw null!;
        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => throw null!;
    }
}

namespace System.Runtime.CompilerServices
{
    public sealed class AsyncMethodBuilderAttribute : Attribute
    {
        public AsyncMethodBuilderAttribute(Type builderType) { }
    }

    public sealed class AsyncIteratorStateMachineAttribute : StateMachineAttribute
    {
        public AsyncIteratorStateMachineAttribute(Type stateMachineType)
            : base(stateMachineType) { }
    }

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class EnumeratorCancellationAttribute : Attribute { }

    public struct AsyncIteratorMethodBuilder
    {
        public static AsyncIteratorMethodBuilder Create() => throw null!;
        public void MoveNext<TStateMachine>(ref TStateMachine stateMachine)
            where TStateMachine : IAsyncStateMachine => throw null!;
        public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
            where TAwaiter : INotifyCompletion
            where TStateMachine : IAsyncStateMachine => throw null!;
        public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
            where TAwaiter : ICriticalNotifyCompletion
            where TStateMachine : IAsyncStateMachine => throw null!;
        public void Complete() => throw null!;
    }

    public struct AsyncValueTaskMethodBuilder { }

    public readonly struct ValueTaskAwaiter : ICriticalNotifyCompletion
    {
        public bool IsCompleted => throw null!;
        public void GetResult() => throw null!;
        public void OnCompleted(Action continuation) => throw null!;
        public void UnsafeOnCompleted(Action continuation) => throw null!;
    }

    public readonly struct ValueTaskAwaiter<T> : ICriticalNotifyCompletion
    {
        public bool IsCompleted => throw null!;
        public T GetResult() => throw null!;
        public void OnCompleted(Action continuation) => throw null!;
        public void UnsafeOnCompleted(Action continuation) => throw null!;
    }

    public readonly struct ConfiguredValueTaskAwaitable
    {
        public ValueTaskAwaiter GetAwaiter() => throw null!;
    }

    public readonly struct ConfiguredValueTaskAwaitable<T>
    {
        public ValueTaskAwaiter<T> GetAwaiter() => throw null!;
    }

    public readonly struct ConfiguredCancelableAsyncEnumerable<T>
    {
        public Enumerator GetAsyncEnumerator() => throw null!;

        public readonly struct Enumerator
        {
            public T Current => throw null!;
            public ConfiguredValueTaskAwaitable<bool> MoveNextAsync() => throw null!;
            public ConfiguredValueTaskAwaitable DisposeAsync() => throw null!;
        }
    }
}

namespace System.Text.Encodings.Web
{
    public abstract class JavaScriptEncoder
    {
        public static JavaScriptEncoder UnsafeRelaxedJsonEscaping => throw null!;
    }
}

namespace System.Text.Json
{
    public class JsonException : Exception
    {
        public JsonException(string? message) { }
        public JsonException(string? message, Exception? inner) { }
    }

    public enum JsonValueKind : byte { Undefined, Object, Array, String, Number, True, False, Null }

    public struct JsonDocumentOptions
    {
        public int MaxDepth { readonly get; set; }
    }

    public struct JsonWriterOptions
    {
        public Encodings.Web.JavaScriptEncoder? Encoder { readonly get; set; }
    }

    public sealed class JsonDocument : IDisposable
    {
        public JsonElement RootElement => throw null!;
        public static JsonDocument Parse(ReadOnlyMemory<byte> utf8Json, JsonDocumentOptions options = default) => throw null!;
        public void Dispose() { }
    }

    public readonly struct JsonProperty
    {
        public string Name => throw null!;
        public JsonElement Value => throw null!;
    }

    public readonly struct JsonElement
    {
        public JsonValueKind ValueKind => throw null!;
        public string? GetString() => throw null!;
        public JsonElement Clone() => throw null!;
        public ObjectEnumerator EnumerateObject() => throw null!;
        public ArrayEnumerator EnumerateArray() => throw null!;

        public struct ObjectEnumerator : IEnumerable<JsonProperty>
        {
            public IEnumerator<JsonProperty> GetEnumerator() => throw null!;
            IEnumerator IEnumerable.GetEnumerator() => throw null!;
        }

        public struct ArrayEnumerator : IEnumerable<JsonElement>
        {
            public IEnumerator<JsonElement> GetEnumerator() => throw null!;
            IEnumerator IEnumerable.GetEnumerator() => throw null!;
        }
    }

    public sealed class JsonSerializerOptions { }

    public sealed class Utf8JsonWriter : IDisposable
    {
        public Utf8JsonWriter(Stream utf8Json, JsonWriterOptions options = default) { }
        public void Dispose() { }
        public void WriteStartObject() { }
        public void WriteEndObject() { }
        public void WriteStartArray() { }
        public void WriteEndArray() { }
        public void WritePropertyName(string propertyName) { }
        public void WriteStringValue(string? value) { }
        public void WriteNullValue() { }
        public void WriteNumberValue(long value) { }
        public void WriteRawValue(string json, bool skipInputValidation = false) { }
    }
}

namespace System.Text.Json.Nodes
{
    public struct JsonNodeOptions { }

    public abstract class JsonNode
    {
        public JsonNode? this[string propertyName] { get => throw null!; set => throw null!; }
        public JsonNode? this[int index] { get => throw null!; set => throw null!; }
        public JsonNode? Parent => throw null!;
        public JsonValueKind GetValueKind() => throw null!;
        public T GetValue<T>() => throw null!;
        public JsonNode DeepClone() => throw null!;
        public string ToJsonString(JsonSerializerOptions? options = null) => throw null!;
        public abstract void WriteTo(Utf8JsonWriter writer, JsonSerializerOptions? options = null);
        public static implicit operator JsonNode(int value) => throw null!;
        public static implicit operator JsonNode(long value) => throw null!;
        public static implicit operator JsonNode(bool value) => throw null!;
        public static implicit operator JsonNode?(string? value) => throw null!;
    }

    public abstract class JsonValue : JsonNode
    {
        public bool TryGetValue<T>(out T value) => throw null!;
        public static JsonValue Create(bool value, JsonNodeOptions? options = null) => throw null!;
        public static JsonValue Create(long value, JsonNodeOptions? options = null) => throw null!;
        public static JsonValue? Create(string? value, JsonNodeOptions? options = null) => throw null!;
        public static JsonValue? Create(JsonElement value, JsonNodeOptions? options = null) => throw null!;
    }

    public sealed class JsonObject : JsonNode, IDictionary<string, JsonNode?>
    {
        public JsonObject(JsonNodeOptions? options = null) { }
        public int Count => throw null!;
        public bool IsReadOnly => throw null!;
        public ICollection<string> Keys => throw null!;
        public ICollection<JsonNode?> Values => throw null!;
        public void Add(string propertyName, JsonNode? value) { }
        public void Add(KeyValuePair<string, JsonNode?> property) { }
        public void Clear() { }
        public bool Contains(KeyValuePair<string, JsonNode?> item) => throw null!;
        public bool ContainsKey(string propertyName) => throw null!;
        public void CopyTo(KeyValuePair<string, JsonNode?>[] array, int index) { }
        public IEnumerator<KeyValuePair<string, JsonNode?>> GetEnumerator() => throw null!;
        IEnumerator IEnumerable.GetEnumerator() => throw null!;
        public bool Remove(string propertyName) => throw null!;
        public bool Remove(KeyValuePair<string, JsonNode?> item) => throw null!;
        public bool TryGetPropertyValue(string propertyName, out JsonNode? jsonNode) => throw null!;
        bool IDictionary<string, JsonNode?>.TryGetValue(string key, out JsonNode? value) => throw null!;
        public override void WriteTo(Utf8JsonWriter writer, JsonSerializerOptions? options = null) { }
    }

    public sealed class JsonArray : JsonNode, IList<JsonNode?>
    {
        public JsonArray(params JsonNode?[] items) { }
        public int Count => throw null!;
        public bool IsReadOnly => throw null!;
        public void Add(JsonNode? item) { }
        public void Clear() { }
        public bool Contains(JsonNode? item) => throw null!;
        public void CopyTo(JsonNode?[] array, int index) { }
        public IEnumerator<JsonNode?> GetEnumerator() => throw null!;
        IEnumerator IEnumerable.GetEnumerator() => throw null!;
        public int IndexOf(JsonNode? item) => throw null!;
        public void Insert(int index, JsonNode? item) { }
        public bool Remove(JsonNode? item) => throw null!;
        public void RemoveAt(int index) { }
        public override void WriteTo(Utf8JsonWriter writer, JsonSerializerOptions? options = null) { }
    }
}
