import Embedding
import Foundation
import Testing

/// The model by which this machine's user finds by meaning.
enum Model {
    static let isThere =
        ModelPlace.path(configured: nil) { ProcessInfo.processInfo.environment[$0] }
        .map { FileManager.default.fileExists(atPath: $0) } ?? false
    static let lack: Comment = "the model's weights are not on this machine; tools/setup-embedder fetches them"
}
