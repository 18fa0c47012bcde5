import Events
import Wire

extension KnownEvent {
    /// The event in one line, from its own fields and those of the events it names.
    func line(_ place: PlaceRow?) -> String {
        switch self {
        case .job(.observed(let event)): event.line(place)
        case .job(.decided(let event)): event.line(place)
        case .entry(let event): event.line
        case .proposal(let event): event.line
        case .contradiction(let event): event.line
        case .derived(.observed(let event)): event.line
        case .derived(.decided(.derivationRequested(let event))): "may cost \(event.reservedMicrodollars) µ$"
        case .definition(.defined(let event)): "\(event.path) is \(event.definition.short)"
        case .control(let event): event.line
        case .driver(.driverStarted(let event)): "epoch \(event.epoch), daybook \(event.version), rules \(event.rules)"
        case .ledger(let event): event.line
        }
    }
}

extension JobObservation {
    fileprivate func line(_ place: PlaceRow?) -> String {
        switch self {
        case .jobQueued(let event): "\(event.job) by \(event.trigger), manifest \(event.manifest.short)"
        case .jobAdmitted: "may begin"
        case .contextAssembled(let event):
            "\(event.items.count) items, \(event.items.reduce(0) { $0 + UInt64($1.tokens) }) tokens, "
                + "\(event.cut.count) cut, as of @\(event.asOf)"
        case .callEnded(let event): event.line
        case .lateResult(let event): "an answer after its call was given up, \(event.costMicrodollars) µ$"
        case .stepAdopted(let event):
            "\(event.step) from \(event.sourceJob) version \(event.sourceVersion), \(event.output.short)"
        case .approvalDecided(let event): event.line
        case .effectLeased(let event): "delivery \(event.delivery + 1)"
        case .effectEnded(let event): event.line
        case .timerFired: "it is time"
        case .inputReverted(let event): "\(event.entry) @\(event.badVersion) was taken back by @\(event.byVersion)"
        case .jobPaused: "nothing new begins"
        case .jobResumed: "goes on"
        case .jobSteered(let event): "note \(event.note.short)"
        case .retryAsked(let event): event.step.isEmpty ? "what failed, again" : "\(event.step) again"
        case .cancelAsked: "to be cancelled"
        case .jobRepinned(let event): "manifest \(event.manifest.short), rules \(event.rules)"
        case .outcomeRecorded(let event):
            "\(event.metric) \(millionths(event.valueMillionths)), from \(event.source)"
        }
    }
}

extension CallEnded {
    fileprivate var line: String {
        let seconds = millionths(Int64(clamping: latencyUs))
        switch outcome {
        case .completed(let completed):
            return "\(completed.usage.inputTokens) in, \(completed.usage.outputTokens) out, \(completed.model), "
                + "\(completed.costMicrodollars) µ$, \(seconds) s"
        case .failed(let failed):
            let status = failed.status == 0 ? "" : " \(failed.status)"
            return "failed: \(failed.error)\(status) \(failed.detail), \(seconds) s"
        case .unresolved: return "nobody knows how it ended"
        }
    }
}

extension ApprovalDecided {
    fileprivate var line: String {
        let word =
            switch verdict {
            case .approve: "approved"
            case .edit(let edit):
                "edited to \(edit.draft.short) and approved, distance \(millionths(Int64(edit.distanceMillionths)))"
            case .reject: "rejected"
            case .respond: "sent back with a note"
            case .takeOver(let made): "made by a person: \(made.output.short)"
            }
        return "\(word); saw \(seen.short)"
    }
}

extension EffectEnded {
    fileprivate var line: String {
        switch outcome {
        case .succeeded(let succeeded): "delivered, receipt \(succeeded.receipt.short)"
        case .failed(let failed): "not delivered: \(failed.error) \(failed.detail)"
        case .unknown(let unknown): "nobody knows: \(unknown.detail)"
        }
    }
}

extension JobDecision {
    fileprivate func line(_ place: PlaceRow?) -> String {
        switch self {
        case .taskRequested(let event):
            "\(event.step) from \(event.executor), attempt \(event.attempt), \(event.why)"
        case .callRequested(let event): "\(event.provider) \(event.model), request \(event.request.short)"
        case .taskCompleted(let event): "\(event.step) made \(event.output.short)"
        case .taskFailed(let event): "\(event.step): \(event.reason), \(event.detail)"
        case .approvalRequested(let event): event.line
        case .approvalReminded: "still waits for a person"
        case .approvalExpired: "nobody answered in time"
        case .approvalWithdrawn(let event): "not asked any more: \(event.reason)"
        case .effectPrepared(let event):
            "\(event.deliveries) deliveries by \(event.connector), exact bytes \(event.exact.short)"
        case .effectStarted(let event):
            "delivery \(event.delivery + 1), attempt \(event.attempt), \(event.message.short)"
        case .timerSet(let event): "\(event.purpose)"
        case .jobCompleted: "done"
        case .jobFailed(let event): "\(event.step): \(event.reason), \(event.detail)"
        case .jobCancelled: "cancelled"
        }
    }
}

extension ApprovalRequested {
    fileprivate var line: String {
        let reach =
            consequences.recipients == 0
            ? "reaches nobody" : "reaches \(consequences.recipients) by \(consequences.connector), \(consequences.risk)"
        return "\(kind) of \(subject.short); \(reach)"
    }
}

extension EntryObservation {
    fileprivate var line: String {
        switch self {
        case .entryAdded(let event): "“\(event.content.title)” in \(event.content.collection)"
        case .entryRevised(let event):
            "“\(event.content.title)” in \(event.content.collection), made from @\(event.base)"
        case .entryReverted(let event):
            event.content == nil
                ? "as in @\(event.to) again"
                : "without what @\(event.bad == 0 ? event.base : event.bad) changed; edits since are kept"
        case .entryRetired(let event):
            event.into.isEmpty ? "shown to nobody any more" : "merged into \(event.into)"
        case .entryMerged(let event):
            "made of \(event.merged.map(\.name).joined(separator: ", "))"
        }
    }
}

extension ProposalObservation {
    fileprivate var line: String {
        switch self {
        case .entryProposed(let event):
            "“\(event.content.title)” for \(event.entry)" + (event.base == 0 ? "" : ", made from @\(event.base)")
        case .proposalDecided(let event):
            "\(event.verdict)" + (event.rule.isEmpty ? "" : " by the rule “\(event.rule)”")
                + (event.version == 0 ? "" : ", as @\(event.version)")
        }
    }
}

extension ContradictionObservation {
    fileprivate var line: String {
        switch self {
        case .contradictionNoted(let event):
            "\(event.kind) of \(event.first.name) and \(event.second.name)"
                + (event.field.isEmpty ? "" : ": \(event.field)")
        case .contradictionSettled(let event): "settled: \(event.verdict)"
        }
    }
}

extension DerivedObservation {
    fileprivate var line: String {
        switch self {
        case .derivationAsked(let event):
            switch event.work {
            case .embedding(let work): "vectors of \(work.count) texts by \(work.model), \(event.tokens) tokens"
            case .summary(let work):
                "a summary of \(work.sources.map(\.entry.name).joined(separator: ", ")) by \(work.model)"
            }
        case .derivationEnded(let event): event.end.line
        }
    }
}

extension EntryRef {
    /// `pricing@2`
    fileprivate var name: String { "\(entry)@\(version)" }
}

extension ControlObservation {
    fileprivate var line: String {
        switch self {
        case .agentDisabled(let event): "\(event.agent) is switched off"
        case .agentEnabled(let event): "\(event.agent) is switched on"
        }
    }
}

extension LedgerObservation {
    fileprivate var line: String {
        switch self {
        case .ledgerCreated(let event): event.template.isEmpty ? "made" : "made from \(event.template)"
        case .viewRebuilt(let event):
            "\(event.view): \(event.rowsAdded) added, \(event.rowsRemoved) removed, \(event.rowsChanged) changed"
        case .viewSwitched(let event): "\(event.view) from \(event.fromGeneration) to \(event.toGeneration)"
        case .backupTaken(let event): "\(event.events) events, root \(event.root.short)"
        case .importReceived(let event):
            "\(event.events) events and \(event.artifacts) contents of \(event.source), as import/\(event.ledger)"
        case .sourceRetired(let event): "\(event.place) is not taken in again"
        case .sourceRestored(let event): "\(event.place) may be taken in again"
        case .ledgerCompacted(let event): "from \(event.bytesBefore) to \(event.bytesAfter) bytes"
        case .revertPlanned(let event): "\(event.entry) @\(event.badVersion) to @\(event.toVersion)"
        case .revertApplied(let event): "\(event.entry) by @\(event.byVersion)"
        case .subjectErased(let event):
            "key \(event.subject.prefix(8)); \(event.artifacts) artifacts can be read by nobody any more"
        }
    }
}

/// Millionths as people write them: `0.04`, `214`.
private func millionths(_ value: Int64) -> String {
    let digits = String(value.magnitude)
    let padded = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
    var fraction = padded.suffix(6)
    while fraction.last == "0" { fraction.removeLast() }
    return (value < 0 ? "-" : "") + padded.dropLast(6) + (fraction.isEmpty ? "" : "." + fraction)
}
