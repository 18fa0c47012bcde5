extension JobRowState {
    /// As people write it, and as `--json` prints it: `awaiting_human`.
    public var name: String {
        switch self {
        case .queued: "queued"
        case .running: "running"
        case .awaitingHuman: "awaiting_human"
        case .parked: "parked"
        case .failed: "failed"
        case .completed: "completed"
        case .cancelled: "cancelled"
        }
    }
}
