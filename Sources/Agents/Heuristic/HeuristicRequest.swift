import Jobs
import Wire

/// The native request document, as the heuristic reads it.
struct HeuristicRequest {
    let with: JSON
    /// Without what was said before: this agent holds no conversation, and would take it for material.
    let context: [ContextText]
    let notes: [String]
    let output: OutputShape

    struct ContextText {
        /// The recall's name in the flow.
        let label: String
        let title: String
        let source: String
        let text: String
    }

    init(_ bytes: [UInt8]) throws(HeuristicError) {
        let document: JSON
        do throws(JSONError) {
            document = try JSON(parsing: bytes)
        } catch {
            throw HeuristicError("is not JSON: \(error)")
        }
        guard document["format"]?.integer == 1 else { throw HeuristicError("is not of format 1") }
        guard let output = document["output"] else { throw HeuristicError("says nothing about the output's shape") }
        self.output = try OutputShape(output, depth: 0)
        with = document["with"] ?? .object([])
        context = (document["context"]?.elements ?? []).map { item in
            ContextText(
                label: item["label"]?.text ?? "", title: item["title"]?.text ?? "",
                source: item["source"]?.text ?? "", text: item["text"]?.text ?? "")
        }.filter { ![SessionLabel.exchanges, SessionLabel.tries].contains($0.label) }
        notes = (document["notes"]?.elements ?? []).compactMap(\.text)
    }
}

/// Why a request cannot be answered.
struct HeuristicError: Error, CustomStringConvertible {
    private let what: String

    init(_ what: String) { self.what = what }

    var description: String { "the request to the heuristic agent \(what)" }
}
