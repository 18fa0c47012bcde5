import Coordinator
import Events
import Jobs
import Wire

/// Asks a person, and makes what they say into a choice.
struct Dialogue {
    let question: OpenQuestion

    init(_ question: OpenQuestion) {
        self.question = question
    }

    /// Nil if the person quits.
    func ask() throws -> Choice? {
        ReviewPage(question).show(json: false)
        while true {
            Terminal.prompt(menu + " > ")
            guard let line = readLine() else { return nil }
            switch line.first {
            case "a" where question.approval.allowed.contains(.approve):
                if confirm(ReviewPage(question).consequence) { return .approve }
            case "e" where question.approval.allowed.contains(.edit):
                let draft = try edited(Editor.edit(DraftText.text(of: question.draft), named: question.name))
                ReviewPage.showChange(from: question.draft, to: draft.draft)
                if confirm(ReviewPage(question).consequence) { return .edit(draft) }
            case "r" where question.approval.allowed.contains(.reject): return .reject
            case "t" where question.approval.allowed.contains(.respond):
                Terminal.prompt("What should change? ")
                if let text = readLine(), !text.isEmpty { return .respond(text) }
            case "m" where question.approval.allowed.contains(.takeOver):
                return .takeOver(try takenOver(Editor.edit(outline, named: question.name)))
            case "q", nil: return nil
            default: Terminal.note("One of the letters in brackets.")
            }
        }
    }

    private var menu: String {
        var items: [String] = []
        for allowed in question.approval.allowed {
            switch allowed {
            case .approve: items.append("[a]pprove")
            case .edit: items.append("[e]dit")
            case .reject: items.append("[r]eject")
            case .respond: items.append("[t]ell the author")
            case .takeOver: items.append("[m]ake it yourself")
            }
        }
        return (items + ["[q]uit"]).joined(separator: " ")
    }

    private func confirm(_ words: String) -> Bool {
        Terminal.prompt("\(words) [y/N] ")
        return readLine().map { ["y", "yes"].contains($0.lowercased()) } ?? false
    }

    /// The edited text as a draft, with the exact mail made of it.
    func edited(_ text: String) throws -> EditedDraft {
        let raw = try DraftText.draft(from: text, editing: question.draft)
        guard let definitions = question.state.definitions else {
            throw Complaint("the definitions of \(question.job) are not kept any more", status: .failed)
        }
        let bytes: [UInt8]
        do throws(ShapeError) {
            bytes = try JobDecider.edited(raw.bytes, in: question.step, definitions)
        } catch {
            throw Complaint("the edited draft is not one: \(error.description)", status: .badInput)
        }
        guard let draft = try? JSON(parsing: bytes) else {
            throw Complaint("the edited draft is not one", status: .badInput)
        }
        var exact: Digest?
        if let effect = question.effect {
            let draft = question.shelf.put(question.content(bytes).stored)
            do throws(JobRejection) {
                let batch = try JobDecider(artifacts: question.shelf)
                    .batch(forEdited: draft, of: effect, in: question.state)
                exact = Digest.of(batch.wireBytes)
            } catch {
                throw Complaint(error)
            }
        }
        let distance = DraftText.distanceMillionths(
            DraftText.text(of: question.draft), DraftText.text(of: draft))
        return EditedDraft(draft: draft, exact: exact, distanceMillionths: distance)
    }

    /// A form for a person who makes the output: an object with the fields of its shape.
    var outline: String {
        guard let work = question.step.agentWork, let agent = question.state.definitions?.agent(work.agent) else {
            return "{}\n"
        }
        let fields = agent.output.fields.map { field in
            JSON.Field(field.name, field.shape.kind == .list ? [] : "")
        }
        return JSON.object(fields).pretty + "\n"
    }

    func takenOver(_ text: String) throws -> JSON {
        do {
            return try JSON(parsing: text)
        } catch {
            throw Complaint("your output is not JSON: \(error)", status: .badInput)
        }
    }
}
