import Events
import Wire

/// What a command wrote: the answer itself, or `{"output": …, "usage": {…}, "cost_microdollars": n}` around it.
///
/// Usage and cost are what the command claims; nobody checked them.
struct CommandAnswer {
    let content: [UInt8]
    let usage: Usage
    let costMicrodollars: UInt64

    /// Nil unless the whole output is one JSON value.
    init?(_ output: [UInt8]) {
        guard let document = try? JSON(parsing: output) else { return nil }
        let envelope: Set = ["output", "usage", "cost_microdollars"]
        let members = document.members ?? []
        if let inner = document["output"], members.allSatisfy({ envelope.contains($0.name) }) {
            content = inner.bytes
        } else {
            content = output
        }
        usage = Usage(
            inputTokens: Self.count(document, "input_tokens", "prompt_tokens"),
            outputTokens: Self.count(document, "output_tokens", "completion_tokens"),
            cachedTokens: Self.count(document, "cached_tokens", "cache_read_input_tokens"))
        costMicrodollars = document["cost_microdollars"]?.integer.flatMap { UInt64(exactly: $0) } ?? 0
    }

    private static func count(_ document: JSON, _ names: String...) -> UInt32 {
        let usage = document["usage"]
        return names.lazy.map { Usage.count(usage?[$0]) }.first { $0 > 0 } ?? 0
    }
}
