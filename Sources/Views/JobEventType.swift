import EventSourcing

/// The numbers of a job's events, for views that look at a payload only where it says something to them.
enum JobEventType: UInt16, CaseIterable {
    case jobQueued = 1
    case jobAdmitted, contextAssembled, callEnded, lateResult, stepAdopted, approvalDecided, effectLeased, effectEnded,
        timerFired, inputReverted, jobPaused, jobResumed, jobSteered, retryAsked, cancelAsked, jobRepinned,
        outcomeRecorded
    case taskRequested = 64
    case callRequested, taskCompleted, taskFailed, approvalRequested, approvalReminded, approvalExpired,
        approvalWithdrawn, effectPrepared, effectStarted, timerSet, jobCompleted, jobFailed, jobCancelled
}

extension EventHeader {
    /// Nil for what is no event of a job.
    var jobEventType: JobEventType? { JobEventType(rawValue: type) }
}
