package import EventSourcing
package import Events
package import Jobs
import Synchronization
package import Wire

/// Contents in memory.
package final class Shelf: ArtifactReader {
    private let contents = Mutex<[Digest: [UInt8]]>([:])

    package init() {}

    package func bytes(_ digest: Digest) -> [UInt8]? { contents.withLock { $0[digest] } }

    @discardableResult
    package func put(_ bytes: [UInt8]) -> Digest {
        let digest = Digest.of(bytes)
        contents.withLock { $0[digest] = bytes }
        return digest
    }

    package func put(_ message: some WireMessage) -> Digest { put(message.wireBytes) }
    package func put(_ json: JSON) -> Digest { put(json.bytes) }
    package func remove(_ digest: Digest) { contents.withLock { $0[digest] = nil } }
    package var all: [[UInt8]] { contents.withLock { Array($0.values) } }
}

/// A small newsletter: plan, draft, review, publish.
package struct Newsletter: Sendable {
    package let shelf = Shelf()
    package let manifest: Digest

    package static let day: Timestamp = 86_400_000_000

    package init(
        ladder: [String] = ["writing", "heuristic", "person"], attempts: UInt32 = 3,
        expires: ExpiryPolicy? = ExpiryPolicy(afterMs: 259_200_000, remindMs: 43_200_000, then: .park),
        instructions: String = "You plan for {{business.name}}.", smtp: Bool = false, command: Bool = false
    ) {
        func text(_ max: UInt32) -> Shape { Shape(kind: .text, lengthMax: max, fields: [], element: []) }
        func object(_ fields: (String, Shape)...) -> Shape {
            Shape(
                kind: .object, lengthMax: 0,
                fields: fields.map { NamedShape(name: $0.0, shape: $0.1, optional: $0.0 == "confidence") }, element: [])
        }
        func agent(_ name: String, _ output: Shape) -> AgentDefinition {
            AgentDefinition(
                name: name, description: "", goal: "", model: "writing", instructions: instructions, knowledge: [],
                k: 5, knowledgeTokensMax: 500, jobMicrodollarsMax: 0, dayMicrodollarsMax: 0, output: output)
        }
        let retry = RetryPolicy(attempts: attempts, backoffMs: 1_000)
        func step(_ id: String, _ needs: [String], _ work: StepDefinition.Work) -> StepDefinition {
            StepDefinition(id: id, needs: needs, work: work)
        }
        let number = Shape(kind: .number, lengthMax: 0, fields: [], element: [])
        let markdown = Shape(kind: .markdown, lengthMax: 0, fields: [], element: [])
        let agents = [
            agent("strategist", object(("topic", text(80)), ("confidence", number))),
            agent("writer", object(("subject", text(60)), ("body", markdown))),
        ]
        let flow = FlowDefinition(
            name: "newsletter", inputs: [],
            steps: [
                step(
                    "plan", [],
                    .agent(
                        AgentWork(
                            agent: "strategist",
                            with: [Binding(name: "wish", value: .template("About ${{ inputs.topic }}"))],
                            recall: [], retry: retry, timeoutMs: 1_000, ladder: ladder))),
                step(
                    "draft", ["plan"],
                    .agent(
                        AgentWork(
                            agent: "writer", with: [Binding(name: "plan", value: .template("${{ steps.plan }}"))],
                            recall: [], retry: retry, timeoutMs: 1_000, ladder: ladder))),
                step(
                    "edit", ["draft"],
                    .review(
                        ReviewWork(
                            of: "draft", shows: "publish", onRespond: RespondPolicy(redo: "draft", atMost: 2),
                            expires: expires))),
                step(
                    "publish", ["edit"],
                    .effect(
                        EffectWork(
                            connector: "newsletter", action: "send", to: "list:weekly",
                            mail: "${{ steps.edit }}", retry: retry))),
            ],
            outcomes: [])
        let chat = ChatModel(
            url: "http://127.0.0.1:1/v1", model: "small", keyVariable: "", maxOutputTokens: 100,
            temperaturePermille: 300, inputMicrodollars: 1_000_000, outputMicrodollars: 2_000_000, seed: 0)
        let tool = CommandModel(
            arguments: ["/bin/cat"], passEnv: [], workdir: "", outputBytesMax: 1_000, reconcile: .unsafe)
        let model = ModelDefinition(alias: "writing", kind: command ? .command(tool) : .chat(chat))
        let maildir = ConnectorDefinition(
            name: "newsletter",
            kind: smtp
                ? .smtp(SmtpConnector(url: "smtp://127.0.0.1:1", user: "", passwordVariable: ""))
                : .maildir(MaildirConnector(path: "outbox")),
            from: "The Lever <lever@example.com>", replyTo: "", unsubscribe: "https://example.com/u")
        manifest = shelf.put(
            Manifest(
                flow: shelf.put(flow),
                agents: agents.map { [shelf] in NamedDigest(name: $0.name, digest: shelf.put($0)) },
                models: [NamedDigest(name: "writing", digest: shelf.put(model))],
                connectors: [NamedDigest(name: "newsletter", digest: shelf.put(maildir))],
                business: shelf.put(
                    BusinessDefinition(facts: [BusinessFact(name: "name", value: "Small Levers")]))))
    }

    package var decider: JobDecider { JobDecider(artifacts: shelf) }

    package func queued(
        seed: UInt64 = 7, limits: Limits = Limits(attempts: 0, costMicrodollars: 0), job: String = "newsletter-1"
    )
        -> JobQueued
    {
        JobQueued(
            job: job, manifest: manifest, inputs: shelf.put(JSON.fields(("topic", "pricing"))), trigger: .person,
            origin: .fresh, seed: seed, rules: Rules.latest, limits: limits)
    }
}
