import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Foundation
import Jobs
import Wire

struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Read what waits for you, decide, and drive the job on.",
        discussion: """
            daybook review newsletter-8            reads it, and asks
            daybook review newsletter-8 --approve  a job, a step (newsletter-8.edit) or an id of the inbox
            EDITOR='sed -i s/29/39/' daybook review newsletter-8 --edit

            --edit opens your editor (or takes --file), shows the exact mail made of it, and approves exactly that.
            With --json: as `daybook run --json`; without a decision one object with `id`, `job`, `step`, `subject`,
            `draft`, `recipients`, `messages`.
            """)

    @Argument(help: "A job, a step of a job, or an id of the inbox.")
    var id: String

    @Flag(help: "Yes, to exactly these bytes.")
    var approve = false

    @Flag(help: "Edit the draft, then yes to exactly what comes of it.")
    var edit = false

    @Flag(help: "No. Nothing is sent, and the job ends.")
    var reject = false

    @Option(help: ArgumentHelp("Tell the author what to change.", valueName: "text"))
    var respond: String?

    @Flag(help: "Make the output yourself, where the ladder ends at you.")
    var takeOver = false

    @Option(
        help: ArgumentHelp(
            "The edited draft or your own output, instead of the editor; - for standard input.", valueName: "path"))
    var file: String?

    @Option(name: [.short, .long], help: "Why, for the record.")
    var message: String?

    @OptionGroup var options: WorkspaceOptions
    @OptionGroup var drive: DriveOptions

    func validate() throws {
        let chosen = [approve, edit, reject, respond != nil, takeOver].count { $0 }
        if chosen > 1 { throw ValidationError("decide once: --approve, --edit, --reject, --respond or --take-over") }
        if file != nil, !edit, !takeOver { throw ValidationError("--file goes with --edit or --take-over") }
    }

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let question = try OpenQuestion(id, in: workplace)
        var choice = try chosen(question)
        if choice == nil, Terminal.canAsk, !options.json { choice = try Dialogue(question).ask() }
        guard let choice else {
            ReviewPage(question).show(json: options.json)
            throw Ending(.waiting)
        }
        if !options.json, Terminal.canAsk == false { ReviewPage(question).showHead() }
        try await decide(choice, question, in: workplace)
        try await workplace.driveAndShow(question.job, options, drive)
    }

    private func chosen(_ question: OpenQuestion) throws -> Choice? {
        if approve { return .approve }
        if reject { return .reject }
        if let respond { return .respond(respond) }
        if edit {
            return .edit(
                try Dialogue(question).edited(
                    readFile() ?? Editor.edit(DraftText.text(of: question.draft), named: question.name)))
        }
        if takeOver {
            return .takeOver(
                try Dialogue(question).takenOver(
                    readFile() ?? Editor.edit(Dialogue(question).outline, named: question.name)))
        }
        return nil
    }

    private func readFile() throws -> String? {
        guard let file else { return nil }
        let data = file == "-" ? try? FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: file)
        guard let data, let text = String(data: data, encoding: .utf8) else {
            throw Complaint("\(file) cannot be read as text", status: .notFound)
        }
        return text
    }

    private func decide(_ choice: Choice, _ question: OpenQuestion, in workplace: Workplace) async throws {
        var artifacts: [[UInt8]] = []
        func keep(_ bytes: [UInt8]) -> Digest {
            let content = question.content(bytes)
            artifacts.append(content.stored)
            return content.digest
        }
        var comment = message.map { keep(Array($0.utf8)) }
        let verdict: ApprovalDecided.Verdict
        switch choice {
        case .approve: verdict = .approve
        case .reject: verdict = .reject
        case .respond(let text):
            comment = keep(Array(text.utf8))
            verdict = .respond
        case .edit(let edited):
            verdict = .edit(
                ApprovalEdit(
                    draft: keep(edited.draft.bytes), exact: edited.exact, distanceMillionths: edited.distanceMillionths)
            )
        case .takeOver(let output): verdict = .takeOver(TakeOver(output: keep(output.bytes)))
        }
        let decided = ApprovalDecided(
            approval: question.approval.version, seen: question.approval.subject, verdict: verdict, comment: comment)
        try await workplace.observe([.approvalDecided(decided)], by: question.job, artifacts: artifacts)
        guard !options.json else { return }
        let digest =
            if case .edit(let edited) = choice { question.content(edited.draft.bytes).digest } else {
                question.draftDigest
            }
        var words = "\(verdict.past) \(digest.short)"
        if case .edit(let edited) = choice {
            words += ", edit distance \(Format.hundredths(edited.distanceMillionths))"
        }
        ProgressPrinter(workplace.artifacts, isOn: true)
            .line(question.job, choice.isNo ? "--" : "ok", question.approval.step, "you".column(12) + words)
    }
}

/// What a person chose.
enum Choice {
    case approve
    case reject
    case respond(String)
    case edit(EditedDraft)
    case takeOver(JSON)

    var isNo: Bool { if case .reject = self { true } else { false } }
}

/// An edited draft, and what comes of it.
struct EditedDraft {
    let draft: JSON
    /// Of the effect's exact bytes; nil if nothing is sent.
    let exact: Digest?
    let distanceMillionths: UInt32
}
