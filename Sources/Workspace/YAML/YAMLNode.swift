/// A value of a YAML file as it was written: scalars stay text, so `NO` is a country and `1.10` a version.
struct YAMLNode {
    enum Content {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLPair])
    }

    let content: Content
    let start: YAMLMark
    let end: YAMLMark

    var position: SourcePosition { start.position }

    /// Whether nothing was written: `key:`, `~` or `null`.
    var isNothing: Bool {
        guard case .scalar(let scalar) = content, scalar.isPlain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    /// What it is, for messages.
    var kindName: String {
        switch content {
        case .scalar: isNothing ? "nothing" : "a text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

struct YAMLScalar {
    let text: String
    /// Not in quotes, and not a block.
    let isPlain: Bool
}

struct YAMLPair {
    let key: String
    let keyStart: YAMLMark
    let value: YAMLNode

    var position: SourcePosition { keyStart.position }
}

/// A place in the YAML text.
struct YAMLMark {
    /// Unicode scalars from the start of the text.
    let index: Int
    let position: SourcePosition
}
