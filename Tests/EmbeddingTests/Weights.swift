import CKernels
import Foundation
import Mapping
import Testing
import Wire

@testable import Embedding

/// The pack of this machine's user, which `tools/setup-embedder` makes.
enum Weights {
    static let path = ModelPlace.path(configured: nil) { ProcessInfo.processInfo.environment[$0] }
    static let areThere = path.map { FileManager.default.fileExists(atPath: $0) } ?? false
    static let lack: Comment = "the model's weights are not on this machine; tools/setup-embedder fetches them"

    static let bytes = Result {
        try MappedFile.open(path ?? "", bytesMax: MiniLM.packBytesMax)
    }
    static let model = Result { try MiniLM(bytes.get()) }

    /// The levels that this processor has.
    static let levels: [ck_level] = [CK_SCALAR, CK_BASE, CK_AVX2, CK_AVX512].filter {
        $0.rawValue <= ck_level_best().rawValue
    }
}

/// The lines that the oracle was asked about, with its answers.
struct Golden: Sendable {
    struct Line: Decodable, Sendable {
        let text: String
        let ids: [UInt32]
    }

    let lines: [Line]
    /// For each line 384 numbers, with eight bits each: their cosine with the true ones is 0.99995 or more.
    let vectors: [[Float]]

    static let all = Result { try Golden() }

    private init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        lines = try String(contentsOf: folder.appending(path: "tokens.jsonl"), encoding: .utf8)
            .split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let bytes = try Data(contentsOf: folder.appending(path: "vectors.bin"))
        vectors = stride(from: 0, to: bytes.count, by: 388).map { start in
            let row = Array(bytes[start..<start + 388])
            let scale = row.withUnsafeBytes { $0.loadUnaligned(as: Float.self) }
            return row[4...].map { Float(Int8(bitPattern: $0)) * scale }
        }
    }
}

func cosine(_ a: some Sequence<Float>, _ b: some Sequence<Float>) -> Double {
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
        ab += Double(x) * Double(y)
        aa += Double(x) * Double(x)
        bb += Double(y) * Double(y)
    }
    return ab / (aa * bb).squareRoot()
}
