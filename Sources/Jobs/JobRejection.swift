public import EventSourcing
public import Wire

/// Why an observation is not let in. It leaves no trace.
public enum JobRejection: Error, Hashable, Sendable {
    case alreadyQueued
    case noSuchJob
    case notOpen
    case notQueued
    /// The job pins rules that this build does not know.
    case unknownRules(UInt32)
    /// An artifact of the manifest, or one that a decision needs, is not kept.
    case missingArtifact(Digest)
    case noSuchTask(StreamVersion)
    case tooEarly(until: Timestamp)
    case noSuchCall(StreamVersion)
    case noSuchStep(String)
    case noSuchApproval(StreamVersion)
    /// Somebody decided first, or it was withdrawn.
    case approvalClosed(StreamVersion)
    case approvalExpired(StreamVersion)
    /// The bytes on the screen are not the bytes that would go out.
    case sawOtherBytes(seen: Digest, now: Digest)
    case notAllowed(String)
    case noComment
    case tooManyResponses(Int)
    case badOutput(String)
    case noSuchEffect(StreamVersion)
    case notApproved(StreamVersion)
    case noSuchDelivery
    case noSuchTimer(StreamVersion)
    case nothingToRetry
    case busy
    /// A named limit of the vocabulary is broken.
    case tooMany(String)
}
