public import EventSourcing
import Events
import Sealing
import Wire

extension JobDecider {
    /// Builds the exact request from the manifest, the step's inputs and the context: the same every time.
    func prompt(
        for step: StepDefinition, _ work: AgentWork, _ task: TaskState, _ context: ContextAssembled,
        _ definitions: PinnedDefinitions, in turn: borrowing Turn<Self>
    ) throws(JobRejection) -> Prompt {
        guard let agent = definitions.agent(work.agent) else { throw .badOutput("no agent \(work.agent)") }
        let kind: ModelDefinition.Kind
        if task.executor == "heuristic" {
            kind = .heuristic
        } else if let model = definitions.model(task.executor) {
            kind = model.kind
        } else {
            throw .badOutput("no model \(task.executor)")
        }
        guard let with = json(task.with, in: turn) else { throw .missingArtifact(task.with) }
        var items: [(item: ContextItem, text: String)] = []
        for item in context.items {
            guard let bytes = content(item.content, in: turn) else { throw .missingArtifact(item.content) }
            items.append((item, String(decoding: bytes, as: UTF8.self)))
        }
        var notes: [(digest: Digest, text: String)] = []
        for digest in turn.state.notes + (turn.state.step(step.id)?.notes ?? []) {
            guard let bytes = content(digest, in: turn) else { throw .missingArtifact(digest) }
            notes.append((digest, String(decoding: bytes, as: UTF8.self)))
        }
        let instructions = Self.fill(agent.instructions, from: definitions.business)
        let aboutWith = about([task.with], in: turn)
        let shown = about(context.items.map(\.content) + notes.map(\.digest), in: turn)
        let parts = PromptParts(
            aboutWith: aboutWith, about: aboutWith.union(shown), job: turn.state.job, step: step.id, agent: agent,
            instructions: instructions, with: with, context: items,
            notes: notes.map(\.text))
        return prompt(parts, kind, work, pieces: pieces(parts, notes: notes.map(\.digest)))
    }

    private func prompt(
        _ parts: PromptParts, _ kind: ModelDefinition.Kind, _ work: AgentWork, pieces: ([Piece], [[UInt8]])
    ) -> Prompt {
        func content(_ request: [UInt8]) -> Content { Content(request, about: parts.about, with: artifacts.keyring) }
        switch kind {
        case .heuristic:
            return Prompt(
                provider: .heuristic, modelName: "heuristic", pieces: pieces.0, contents: pieces.1,
                request: content(Prompt.native(parts).bytes), outputTokensMax: 0, timeoutMs: work.timeoutMs,
                reservedMicrodollars: 0, reconcile: .pure)
        case .command(let command):
            return Prompt(
                provider: .command, modelName: command.arguments.first ?? "", pieces: pieces.0, contents: pieces.1,
                request: content(Prompt.native(parts).bytes), outputTokensMax: 0, timeoutMs: work.timeoutMs,
                reservedMicrodollars: 0, reconcile: command.reconcile == .pure ? .pure : .unsafe)
        case .chat(let chat):
            let request = Prompt.chat(parts, chat).bytes
            let reserved = Cost.microdollars(
                ofInput: UInt64(tokenEstimate(ofBytes: request.count)), at: chat.inputMicrodollars,
                output: UInt64(chat.maxOutputTokens), at: chat.outputMicrodollars)
            return Prompt(
                provider: .chat, modelName: chat.model, pieces: pieces.0, contents: pieces.1, request: content(request),
                outputTokensMax: chat.maxOutputTokens, timeoutMs: work.timeoutMs,
                reservedMicrodollars: reserved, reconcile: .pure)
        }
    }

    /// The parts by digest, so that what two requests share is kept once; and the contents that are new.
    private func pieces(_ parts: PromptParts, notes: [Digest]) -> ([Piece], [[UInt8]]) {
        var pieces: [Piece] = []
        var contents: [[UInt8]] = []
        func add(_ kind: PieceKind, _ label: String, _ bytes: [UInt8], about subjects: Set<SubjectID> = []) {
            let content = Content(bytes, about: subjects, with: artifacts.keyring)
            contents.append(content.stored)
            pieces.append(
                Piece(kind: kind, label: label, content: content.digest, tokens: tokenEstimate(ofBytes: bytes.count)))
        }
        add(.instructions, "agents/\(parts.agent.name).md", Array(parts.instructions.utf8))
        for field in parts.with.members ?? [] {
            add(.input, field.name, field.value.bytes, about: parts.aboutWith)
        }
        for (item, text) in parts.context {
            pieces.append(
                Piece(
                    kind: .knowledge, label: item.label, content: item.content,
                    tokens: tokenEstimate(ofBytes: text.utf8.count)))
        }
        for (digest, text) in zip(notes, parts.notes) {
            pieces.append(
                Piece(kind: .note, label: "note", content: digest, tokens: tokenEstimate(ofBytes: text.utf8.count)))
        }
        add(.outputShape, "output", parts.agent.output.native.bytes)
        return (pieces, contents)
    }

    /// Puts the business into `{{business.name}}`; a name that does not exist stays as it is, for the reader to see.
    static func fill(_ text: String, from business: BusinessDefinition) -> String {
        var filled = ""
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            filled += rest[..<open.lowerBound]
            let name = rest[open.upperBound..<close.lowerBound].filter { $0 != " " }
            let fact = business.facts.first { "business.\($0.name)" == name }
            filled += fact?.value ?? String(rest[open.lowerBound..<close.upperBound])
            rest = rest[close.upperBound...]
        }
        return filled + rest
    }

    /// The exact bytes of a request that was made, computed again from what the log holds.
    ///
    /// - Parameter events: the job's events up to and including the CallRequested.
    /// - Returns: nil if something it needs is not kept any more.
    public func request(of call: StreamVersion, in events: [RecordedEvent]) -> Content? {
        var turn = Turn(self, state: initialState, version: 0)
        for event in events {
            if event.kind == .observation,
                case .contextAssembled(let context)? = try? event.decode(JobObservation.self),
                let decided = events.first(where: { $0.version == call }), event.version < decided.version,
                let requested = try? decided.decode(JobDecision.self), case .callRequested(let request) = requested,
                context.task == request.task, let index = turn.state.stepIndex(ofTask: context.task),
                let task = turn.state.steps[index].task, let definitions = turn.state.definitions,
                let step = definitions.step(turn.state.steps[index].id)
            {
                if let work = step.readWork { return Prompt.reading(work).request }
                guard let work = step.agentWork else { return nil }
                return try? prompt(for: step, work, task, context, definitions, in: turn).request
            }
            guard (try? turn.apply(event)) != nil else { return nil }
        }
        return nil
    }
}
