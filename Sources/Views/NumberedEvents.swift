import EventSourcing
import Events
import Wire

// The fields that the metrics need of the events that most of a log consists of, with names as numbers of the flow.
// As in `LeanEvents.swift`, the others are passed over.

/// Of a `TaskRequested`.
struct NumberedTask {
    var step: UInt32 = 0
    var executor: UInt32 = 0
    var why: TaskReason?

    init(from r: inout WireReader, _ names: FlowNames, _ rows: inout Rows) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0xa: step = try r.number(in: names, &rows)
            case 0x28: why = try r.scalar()
            case 0x32:
                executor = try r.number(in: names, &rows)
                return
            default: try r.skip(tag)
            }
        }
    }
}

/// Of a `CallRequested`.
struct NumberedCall {
    var task: UInt32 = 0
    var model: UInt32 = 0

    init(from r: inout WireReader, _ names: FlowNames, _ rows: inout Rows) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0x8: try r.field(&task)
            case 0x2a:
                model = try r.number(in: names, &rows)
                return
            default: try r.skip(tag)
            }
        }
    }
}

/// Of a `TaskCompleted`.
struct NumberedCompletion {
    var task: UInt32 = 0
    var step: UInt32 = 0
    var output: Digest?

    init(from r: inout WireReader, _ names: FlowNames, _ rows: inout Rows) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0x8: try r.field(&task)
            case 0x12: step = try r.number(in: names, &rows)
            case 0x1a:
                output = try r.digest()
                return
            default: try r.skip(tag)
            }
        }
    }
}

/// Of an `ApprovalRequested`.
struct NumberedApproval {
    var step: UInt32 = 0
    var kind: ApprovalKind?
    var about: UInt32 = 0

    init(from r: inout WireReader, _ names: FlowNames, _ rows: inout Rows) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0xa: step = try r.number(in: names, &rows)
            case 0x10: kind = try r.scalar()
            case 0x38:
                try r.field(&about)
                return
            default: try r.skip(tag)
            }
        }
    }
}

/// Of an `EffectPrepared`.
struct NumberedEffect {
    var step: UInt32 = 0
    var task: UInt32 = 0
    var connector: UInt32 = 0
    var draft: Digest?
    var deliveries: UInt32 = 0

    init(from r: inout WireReader, _ names: FlowNames, _ rows: inout Rows) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0xa: step = try r.number(in: names, &rows)
            case 0x10: try r.field(&task)
            case 0x1a: connector = try r.number(in: names, &rows)
            case 0x2a: draft = try r.digest()
            case 0x30: try r.field(&deliveries)
            default: try r.skip(tag)
            }
        }
    }
}
