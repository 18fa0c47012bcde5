public import Wire

/// A file that a person wrote, as it was read.
public struct SourceFile: Hashable, Sendable {
    /// Relative to the workspace.
    public let path: String
    public let bytes: [UInt8]

    /// SHA-256 of the bytes.
    public var digest: Digest { .of(bytes) }
}

/// One definition, and the file that it was read from.
public struct DefinitionFile<Definition: WireMessage>: Hashable, Sendable {
    public let definition: Definition
    public let source: SourceFile

    /// What goes into the ledger as an artifact.
    public var canonicalBytes: [UInt8] { definition.wireBytes }
    /// What a manifest names it by.
    public var digest: Digest { .of(definition) }
}
