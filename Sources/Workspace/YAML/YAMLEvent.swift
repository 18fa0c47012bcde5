import CYaml

/// One event of libyaml, which frees what it owns.
final class YAMLEvent {
    enum Kind {
        case streamStart, streamEnd
        case documentStart(hasDirectives: Bool)
        case documentEnd
        case alias
        case scalar(YAMLScalar)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
        case none
    }

    var raw = yaml_event_t()
    private let firstLine: Int

    init(firstLine: Int) { self.firstLine = firstLine }

    deinit { yaml_event_delete(&raw) }

    var kind: Kind {
        switch raw.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_STREAM_END_EVENT: .streamEnd
        case YAML_DOCUMENT_START_EVENT: .documentStart(hasDirectives: hasDirectives)
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_ALIAS_EVENT: .alias
        case YAML_SCALAR_EVENT: .scalar(scalar)
        case YAML_SEQUENCE_START_EVENT: .sequenceStart
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart
        case YAML_MAPPING_END_EVENT: .mappingEnd
        default: .none
        }
    }

    var hasAnchor: Bool {
        switch raw.type {
        case YAML_SCALAR_EVENT: raw.data.scalar.anchor != nil
        case YAML_SEQUENCE_START_EVENT: raw.data.sequence_start.anchor != nil
        case YAML_MAPPING_START_EVENT: raw.data.mapping_start.anchor != nil
        default: false
        }
    }

    var hasTag: Bool {
        switch raw.type {
        case YAML_SCALAR_EVENT: raw.data.scalar.tag != nil
        case YAML_SEQUENCE_START_EVENT: raw.data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT: raw.data.mapping_start.tag != nil
        default: false
        }
    }

    var start: YAMLMark { YAMLMark(raw.start_mark, firstLine: firstLine) }
    var end: YAMLMark { YAMLMark(raw.end_mark, firstLine: firstLine) }

    private var hasDirectives: Bool {
        let start = raw.data.document_start
        return start.version_directive != nil || start.tag_directives.start != start.tag_directives.end
    }

    private var scalar: YAMLScalar {
        let scalar = raw.data.scalar
        let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        return YAMLScalar(
            text: String(decoding: text, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    }
}

extension YAMLMark {
    init(_ mark: yaml_mark_t, firstLine: Int) {
        index = mark.index
        position = SourcePosition(line: mark.line + firstLine, column: mark.column + 1)
    }
}
