import Coordinator
import EventSourcing
import Jobs
import Keys
import Ledger
import ViewStore
import Wire
import Workspace

extension Complaint {
    /// What a room says, with the way out and the exit code that belongs to it.
    init(_ error: any Error) {
        switch error {
        case let complaint as Complaint: self = complaint
        case let error as LedgerError: self.init(error)
        case let error as ProofFailure: self.init(error)
        case let error as ReadFailure: self.init(error.description, status: .storage)
        case let error as AppendFailure: self.init(error)
        case let error as ViewFailure:
            self.init("\(error)", hint: "daybook rebuild VIEW --diff shows what a new fold gives", status: .storage)
        case let error as WorkspaceProblems: self.init("\(error)", status: .badInput)
        case let error as DriveFailure: self.init(error.description, status: .storage)
        case let error as CommandFailure: self.init(error)
        case let error as DerivationFailure: self.init(error)
        case let error as KeyFailure:
            self.init(
                error.description, hint: error.isBusy ? "let it finish, then try again" : "",
                status: error.isBusy ? .busy : .storage)
        case let error as WireError:
            self.init("an event is not understood: \(error)", hint: "update daybook", status: .damaged)
        default: self.init("\(error)", status: .failed)
        }
    }

    private init(_ error: LedgerError) {
        switch error {
        case .misplaced(let words): self.init(words, status: .notFound)
        case .damaged(let words):
            self.init(words, hint: "daybook restore BACKUP brings a copy back; nothing was changed", status: .damaged)
        case .busy(let words):
            self.init(words, hint: "end what runs here: daybook work, job watch, job events --follow", status: .busy)
        case .newer(let words): self.init(words, hint: "update daybook", status: .damaged)
        case .unavailable(let words): self.init(words, status: words.contains("permission") ? .noAccess : .storage)
        }
    }

    private init(_ error: ProofFailure) {
        switch error {
        case .malformed(let words): self.init(words, status: .badInput)
        case .refuted(let words):
            self.init(words, hint: "nothing it says can be relied on; ask whoever gave it to you", status: .failed)
        }
    }

    private init(_ error: AppendFailure) {
        switch error {
        case .wrongExpectedVersion(let stream, _, _), .guardFailed(let stream, _, _):
            self.init("\(stream) was changed by somebody else meanwhile", hint: "try again", status: .busy)
        case .wrongExpectedHead:
            self.init("somebody else wrote to the ledger meanwhile", hint: "try again", status: .busy)
        case .invalid(let words): self.init(words, status: .failed)
        case .unavailable(let words): self.init(words, hint: "everything acknowledged is intact", status: .storage)
        case .outcomeUnknown(let words):
            self.init(words, hint: "look at it before you try again: daybook log", status: .storage)
        }
    }

    private init(_ error: DerivationFailure) {
        self.init(
            error.description,
            hint: error.isBudget ? "daybook.yaml sets the budget; daybook metrics shows what was spent" : "",
            status: .failed)
    }

    private init(_ error: CommandFailure) {
        switch error {
        case .noSuchJob(let job):
            self.init("there is no job \(job)", hint: "daybook job list", status: .notFound)
        case .rejected(let rejection): self.init(rejection)
        case .unavailable(let words): self.init(words, status: .storage)
        }
    }

    /// Why a job does not take something, in the words of people.
    init(_ rejection: JobRejection) {
        switch rejection {
        case .alreadyQueued: self.init("this job exists already", status: .busy)
        case .noSuchJob: self.init("there is no such job", hint: "daybook job list", status: .notFound)
        case .notOpen:
            self.init("this job has ended", hint: "daybook rerun JOB --from STEP starts a new one", status: .failed)
        case .notQueued: self.init("this job has begun already", status: .failed)
        case .unknownRules(let rules):
            self.init(
                "the job needs rules \(rules), which this build does not know", hint: "update daybook", status: .failed)
        case .missingArtifact(let digest):
            self.init("the content \(digest.short) is not kept any more", status: .failed)
        case .noSuchTask, .noSuchCall, .noSuchTimer, .noSuchEffect, .noSuchDelivery, .notApproved:
            self.init("the job has moved on meanwhile", hint: "look again: daybook job show JOB", status: .busy)
        case .tooEarly(let until): self.init("not before \(Format.moment(until))", status: .parked)
        case .noSuchStep(let step): self.init("the flow has no step \(step)", status: .notFound)
        case .noSuchApproval: self.init("nothing like that waits for you", hint: "daybook inbox", status: .notFound)
        case .approvalClosed:
            self.init(
                "this was decided or withdrawn already; the first decision counts", hint: "daybook inbox", status: .busy
            )
        case .approvalExpired:
            self.init("the time to decide is over", hint: "daybook job resume JOB asks again", status: .failed)
        case .sawOtherBytes(let seen, let now):
            self.init(
                "what you saw (\(seen.short)) is not what would go out now (\(now.short))",
                hint: "look again: daybook review", status: .busy)
        case .notAllowed(let what): self.init("\(what) is not possible here", status: .usage)
        case .noComment: self.init("say what to change: --respond TEXT", status: .usage)
        case .tooManyResponses(let count):
            self.init("it was told \(count) times what to change; edit, approve or reject it", status: .failed)
        case .badOutput(let words): self.init(words, status: .badInput)
        case .nothingToRetry: self.init("nothing failed here", hint: "daybook rerun JOB --from STEP", status: .failed)
        case .busy:
            self.init("something is under way in this job right now", hint: "try again in a moment", status: .busy)
        case .tooMany(let words): self.init("too many \(words)", status: .failed)
        }
    }
}
