public import Embedding
import Mapping
import Wire

/// Opens the model that works on this machine alone.
public enum LocalEmbedder {
    /// Maps the weights that lie at a path, and checks them.
    ///
    /// - Parameter path: as `ModelPlace` finds it; nil if it finds none.
    public static func open(at path: String?) throws(LocalEmbedderError) -> MiniLM {
        guard let path else { throw LocalEmbedderError(.missing, "neither \(ModelPlace.variable) nor HOME is set") }
        let bytes: SharedBytes
        do throws(MappingFailure) {
            bytes = try MappedFile.open(path, bytesMax: MiniLM.packBytesMax)
        } catch {
            throw LocalEmbedderError(error)
        }
        do throws(ModelPackError) {
            return try MiniLM(bytes)
        } catch {
            throw LocalEmbedderError(error, path)
        }
    }
}

/// Why this machine has no model of its own. Knowledge is found by its words then, and not by its meaning.
public struct LocalEmbedderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a caller tells apart.
    public enum Kind: Hashable, Sendable {
        /// Nobody has fetched it.
        case missing
        /// The file cannot be read.
        case unreadable
        /// It is another file, or parts of it have changed.
        case damaged
        /// It was packed for another version of Daybook.
        case otherVersion
    }

    public let kind: Kind
    /// What happened.
    public var what: String { detail }
    private let detail: String

    init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    init(_ failure: MappingFailure) {
        switch failure.kind {
        case .missing: self.init(.missing, "there is no \(failure.path)")
        case .notAFile, .tooLarge, .refused: self.init(.unreadable, failure.description)
        }
    }

    init(_ error: ModelPackError, _ path: String) {
        switch error {
        case .otherVersion: self.init(.otherVersion, "\(path) cannot be used: \(error)")
        case .foreign, .damaged: self.init(.damaged, "\(path) cannot be used: \(error)")
        }
    }

    /// What happened, and what to do.
    public var description: String { "\(detail); tools/setup-embedder fetches the model" }
}
