import ArgumentParser
import EventSourcing
import Events
import Ledger
import Retrieval
import Workspace

/// Who looks on the command line, from when, and at what.
struct SearchScope: ParsableArguments {
    @Option(
        name: [.customLong("collection"), .customLong("in")], help: "Only in this collection; several: in any of them.")
    var collection: [String] = []

    @Option(
        help: ArgumentHelp("Only of this kind: fact, document, template, customer, past_output.", valueName: "kind"))
    var kind: [String] = []

    @Option(help: "Only what has this tag; several: all of them.")
    var tag: [String] = []

    @Option(help: ArgumentHelp("What a job about this client may see; `none`: about nobody.", valueName: "id"))
    var customer: String?

    @Option(name: .customLong("as"), help: ArgumentHelp("What this agent would find.", valueName: "agent"))
    var agent: String?

    @Option(help: ArgumentHelp("Only what holds at this moment; agents get what holds now.", valueName: "moment"))
    var validAt: AsOf?

    @OptionGroup var moment: AtOption

    func validate() throws {
        let kinds = EntryForm.allCases.map(\.word)
        for kind in kind where !kinds.contains(kind) {
            throw ValidationError("\"\(kind)\" is no kind; known: \(kinds.joined(separator: ", "))")
        }
    }

    /// What may be found.
    func visibility(in workplace: Workplace, _ reading: KnowledgeReading) throws -> Visibility {
        let position = try moment.position(in: workplace)
        var visibility = Visibility(asOf: position ?? reading.position, customer: .any)
        visibility.kinds = kind.isEmpty ? nil : Set(kind)
        visibility.tags = Set(tag)
        if let agent {
            guard let definition = try workplace.files().agent(agent)?.definition else {
                throw Complaint("there is no agent \(agent)", hint: "daybook agent list", status: .notFound)
            }
            let names = Set(definition.knowledge)
            visibility.collections = names
            visibility.entries = Set(try names.map { try reading.current($0, at: position) })
            visibility.customer = .none
            visibility.validAt = workplace.world.now()
            if let position {
                visibility.validAt = try workplace.ledger.events(after: max(position, 1) - 1, limit: 1).first?.time
            }
        }
        if let customer {
            visibility.customer = customer == "none" ? .none : .one(customer)
            let known = reading.corpus.customers.sorted()
            if customer != "none", !known.contains(customer) {
                let others = known.isEmpty ? "" : "; known: \(known.joined(separator: ", "))"
                Terminal.note("No entry is about \(customer)\(others)")
            }
        }
        if let validAt { visibility.validAt = try validAt.time(in: workplace) }
        if !collection.isEmpty {
            let known = reading.corpus.collections
            for name in collection where !known.contains(name) {
                throw Complaint(
                    "there is no collection \(name)",
                    hint: known.isEmpty ? "" : "known: \(known.sorted().joined(separator: ", "))", status: .notFound)
            }
            visibility.within = Set(collection)
        }
        return visibility
    }
}
