import ArgumentParser
import Coordinator
import EventSourcing
import Events
import Jobs
import Wire
import Workspace

struct RerunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Start a new job that begins at a step of an old one, with the files as they are now.",
        discussion: """
            daybook rerun newsletter-8 --from draft

            The steps before are taken over at no cost. The new job asks again for every approval, and mails nobody whom
            the old one reached. With --json: as `daybook run --json`.
            """)

    @OptionGroup var target: JobArgument

    @Option(help: "The first step to make anew; without it everything is.")
    var from: String?

    @Flag(help: "Only say what would be made anew, and what that cost last time.")
    var plan = false

    @OptionGroup var options: WorkspaceOptions
    @OptionGroup var drive: DriveOptions

    func run() async throws {
        let workplace = try Workplace(options)
        defer { workplace.close() }
        let old = try target.state(in: workplace)
        let files = try workplace.files()
        guard let flow = old.definitions?.flow else {
            throw Complaint("the definitions of \(target.job) are not kept any more", status: .failed)
        }
        let first = from ?? flow.steps.first?.id ?? ""
        let anew = try Self.anew(from: first, in: files, flow: flow.name)
        let adopted = old.steps.compactMap { step -> StepAdopted? in
            guard !anew.contains(step.id), let output = step.output else { return nil }
            return StepAdopted(
                step: step.id, sourceJob: target.job, sourceVersion: output.version, output: output.digest)
        }
        if !options.json { announce(first, anew, adopted, in: workplace) }
        if plan { return }
        try workplace.requireWritable()
        guard let inputs = old.inputs.flatMap({ workplace.artifacts.bytes($0) }).flatMap({ try? JSON(parsing: $0) })
        else {
            throw workplace.gone("what \(target.job) was given", old.inputs)
        }
        let start: JobStart
        do {
            start = try JobStart(
                flow.name, inputs: inputs, about: old.inputs.map { workplace.artifacts.about($0) } ?? [],
                customer: old.customer, files)
        } catch {
            throw Complaint(error)
        }
        let origin = Origin.rerun(Rerun(job: target.job, fromStep: first, root: old.root))
        let job = try await complaining { () async throws(DriveFailure) in
            try await start.queue(
                on: workplace.ledger, keyring: workplace.keys, world: workplace.world, actor: "owner", origin: origin,
                adopting: adopted)
        }
        try await workplace.driveAndShow(job, isNew: true, options, drive)
    }

    /// The step and everything that needs it, in the flow as it is now.
    private static func anew(from first: String, in files: LoadedWorkspace, flow: String) throws -> Set<String> {
        guard let definition = files.flow(flow)?.definition else {
            throw Complaint("the workspace has no flow \(flow) any more", status: .notFound)
        }
        guard definition.steps.contains(where: { $0.id == first }) else {
            let steps = definition.steps.map(\.id).joined(separator: ", ")
            throw Complaint("the flow \(flow) has no step \(first)", hint: "its steps are \(steps)", status: .notFound)
        }
        var anew: Set<String> = [first]
        for step in definition.steps where step.needs.contains(where: anew.contains) { anew.insert(step.id) }
        return anew
    }

    private func announce(_ first: String, _ anew: Set<String>, _ adopted: [StepAdopted], in workplace: Workplace) {
        let taken = adopted.map(\.step).joined(separator: ", ")
        Terminal.line(
            "From \(target.job), anew from \(first). Taken over at no cost: \(taken.isEmpty ? "nothing" : taken).")
        let cost = (try? StepCosts(of: target.job, in: workplace))?.microdollars(of: anew) ?? 0
        Terminal.line("Made anew: \(anew.sorted().joined(separator: ", ")); last time that cost \(Format.money(cost)).")
    }
}
