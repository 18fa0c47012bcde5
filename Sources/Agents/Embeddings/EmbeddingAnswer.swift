import Embedding
import Wire

/// What an OpenAI-compatible server says in a 200: a vector for each text, brought to length 1.
struct EmbeddingAnswer {
    /// Vector behind vector, in the order of the texts.
    let values: [Float]
    /// As the server counts them; 0 where it says nothing, or what is absurd.
    let tokens: UInt32

    /// - Throws: if the answer is anything but `texts` vectors with `dimensions` numbers each.
    init(_ body: [UInt8], texts: Int, dimensions: Int) throws(EmbeddingFailure) {
        func malformed(_ detail: String) -> EmbeddingFailure {
            EmbeddingFailure(.malformed, "it answered 200 " + detail)
        }
        let document: JSON
        do throws(JSONError) {
            document = try JSON(parsing: body, bytesMax: EmbeddingEndpoint.responseBytesMax)
        } catch {
            throw malformed(body.isEmpty ? "and nothing" : "with something that is not JSON: \(error)")
        }
        guard let rows = document["data"]?.elements else { throw malformed("without vectors") }
        guard rows.count == texts else { throw malformed("with \(rows.count) vectors for \(texts) texts") }
        var vectors = [[Float]?](repeating: nil, count: texts)
        for (place, row) in rows.enumerated() {
            // Servers that leave out the index answer in order.
            let index = row["index"].map { $0.integer.flatMap { Int(exactly: $0) } ?? -1 } ?? place
            guard vectors.indices.contains(index), vectors[index] == nil else {
                throw malformed("with a vector that belongs to no text")
            }
            guard let numbers = row["embedding"]?.elements else { throw malformed("with something that is no vector") }
            guard numbers.count == dimensions else {
                throw malformed(
                    "with vectors of \(numbers.count) numbers, not \(dimensions); correct that in daybook.yaml")
            }
            let vector = numbers.compactMap { if case .number(let digits) = $0 { Double(digits) } else { nil } }
            // A sum of squares that is no normal number: one of them is none, or all are zero.
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard vector.count == dimensions, length.isNormal else {
                throw malformed("with a vector that has no direction")
            }
            vectors[index] = vector.map { Float($0 / length) }
        }
        values = vectors.flatMap { $0 ?? [] }
        tokens = Self.tokens(of: document)
    }

    /// What an answer was charged for that is no good.
    static func tokens(in body: [UInt8]) -> UInt32 {
        (try? JSON(parsing: body, bytesMax: EmbeddingEndpoint.responseBytesMax)).map { tokens(of: $0) } ?? 0
    }

    private static func tokens(of document: JSON) -> UInt32 {
        document["usage"]?["prompt_tokens"]?.integer.flatMap { UInt32(exactly: $0) } ?? 0
    }
}
