import EventSourcing
import Events
import Wire

// The fields that boards and metrics need of the largest events. The others are passed over, so a view that reads
// only these does not notice damage in them; the timeline and the lineage read every field.

/// Of a message whose first field is the version of the event it answers.
struct LeanAnswer {
    let version: UInt32

    init(from r: inout WireReader) throws(WireError) {
        guard try r.tag() == 0x8 else { throw .missing("the version of an event") }
        version = try r.scalar()
    }
}

/// Of a `TaskRequested`.
struct LeanTask {
    var step = ""
    var item = ""
    var attempt: UInt32 = 0
    var rung: UInt32 = 0
    var why: TaskReason?
    var executor = ""
    var notBeforeUs: Int64 = 0

    /// - Parameter input: is told the version of each event of the job whose output goes in.
    init(
        from r: inout WireReader, _ input: (StreamVersion) throws(WireError) -> Void
    ) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0xa: try r.field(&step)
            case 0x12: try r.field(&item)
            case 0x18: try r.field(&attempt)
            case 0x20: try r.field(&rung)
            case 0x28: why = try r.scalar()
            case 0x32: try r.field(&executor)
            case 0x3a: try r.inputs(tag, input)
            case 0x48:
                try r.field(&notBeforeUs)
                return
            default: try r.skip(tag)
            }
        }
    }

    init(_ event: TaskRequested) {
        step = event.step
        item = event.item
        attempt = event.attempt
        rung = event.rung
        why = event.why
        executor = event.executor
        notBeforeUs = event.notBeforeUs
    }
}

/// Of a `CallRequested`.
struct LeanCall {
    var task: UInt32 = 0
    var request: Digest?
    var model = ""

    init(from r: inout WireReader) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0x8: try r.field(&task)
            case 0x12: request = try r.digest()
            case 0x2a:
                try r.field(&model)
                return
            default: try r.skip(tag)
            }
        }
    }

    init(_ event: CallRequested) {
        task = event.task
        request = event.request
        model = event.model
    }
}

/// Of an `EffectStarted`.
struct LeanStart {
    var effect: UInt32 = 0
    var attempt: UInt32 = 0

    init(from r: inout WireReader) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0x8: try r.field(&effect)
            case 0x28:
                try r.field(&attempt)
                return
            default: try r.skip(tag)
            }
        }
    }
}

/// Of a `TaskCompleted`.
struct LeanCompletion {
    var task: UInt32 = 0
    var step = ""
    var output: Digest?
    var confidenceMillionths: UInt32?

    /// - Parameter input: is told, for a review, the version of each event of the job whose output goes in.
    init(
        from r: inout WireReader, _ input: (StreamVersion) throws(WireError) -> Void
    ) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0x8: try r.field(&task)
            case 0x12: try r.field(&step)
            case 0x1a: output = try r.digest()
            case 0x20: confidenceMillionths = try r.scalar()
            case 0x2a where task == 0: try r.inputs(tag, input)
            case 0x2a...: return
            default: try r.skip(tag)
            }
        }
    }

    init(_ event: TaskCompleted) {
        task = event.task
        step = event.step
        output = event.output
        confidenceMillionths = event.confidenceMillionths
    }
}

extension WireReader {
    /// A field of `InputRef`s: the versions of those that stand in the job's own stream.
    fileprivate mutating func inputs(
        _ tag: UInt32, _ body: (StreamVersion) throws(WireError) -> Void
    ) throws(WireError) {
        try each(tag) { r throws(WireError) in
            // Another stream's name would come first.
            if try r.tag() == 0x10 { try body(r.scalar()) }
        }
    }
}
