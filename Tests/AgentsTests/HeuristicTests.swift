import Events
import Foundation
import Jobs
import Testing
import Wire

@testable import Agents

@Suite struct `The heuristic agent` {
    private let sources: String

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        sources = try String(contentsOf: folder.appending(path: "Fixtures/material.json"), encoding: .utf8)
    }

    private var plan: String {
        let fields = [
            field("topic", .text(max: 80)), field("angle", .text(max: 240)), field("questions", .list(.text(max: 160))),
        ]
        return "\(json(.object(fields)))"
    }
    private var research: String {
        let finding = OutputShape.object([field("text", .text(max: 400)), field("source", .url(max: 300))])
        return "\(json(.object([field("findings", .list(finding)), field("confidence", .number, isOptional: true)])))"
    }
    private var draft: String {
        let claim = OutputShape.object([field("text", .text(max: 300)), field("source", .url(max: 300))])
        let fields = [
            field("subject", .text(max: 60)), field("body", .markdown(max: 60_000)), field("claims", .list(claim)),
            field("notes", .list(.text(max: 200)), isOptional: true),
        ]
        return "\(json(.object(fields)))"
    }

    private func field(_ name: String, _ shape: OutputShape, isOptional: Bool = false) -> OutputShape.Field {
        OutputShape.Field(name: name, isOptional: isOptional, shape: shape)
    }

    private func request(with: String = "{}", context: String = "[]", notes: [String] = [], output: String) -> String {
        let notes = JSON.array(notes.map { .string($0) })
        let task = #"{"job":"newsletter-1","step":"s","agent":"a","goal":"g"}"#
        return #"{"format":1,"task":\#(task),"instructions":"i","with":\#(with),"context":\#(context),"#
            + #""notes":\#(notes),"output":\#(output)}"#
    }

    private func answer(
        with: String = "{}", context: String = "[]", notes: [String] = [], output: String
    ) throws -> JSON {
        let request = request(with: with, context: context, notes: notes, output: output)
        return try JSON(parsing: HeuristicAgent.answer(Array(request.utf8)))
    }

    @Test func `answers through the hub at no cost and says so`() async throws {
        let report = await report(of: .heuristic, request: request(with: sources, output: draft))
        let completed = try #require(report.completed)
        #expect(completed.model == "heuristic")
        #expect(completed.costMicrodollars == 0)
        #expect(completed.usage == Usage(inputTokens: 0, outputTokens: 0, cachedTokens: 0))
        #expect(report.content?.hasPrefix(#"{"subject":"#) == true)
        #expect(await self.report(of: .heuristic).failed?.error == .refused)
    }

    private func report(of provider: ProviderKind, request: String = "{") async -> CallReport {
        await AgentsTests.report(of: provider, .heuristic, request: request)
    }

    @Test func `keeps to a topic that is asked for, and asks about it`() throws {
        let answer = try self.answer(with: #"{"topic":"pricing pages"}"#, output: plan)
        #expect(answer["topic"] == "pricing pages")
        let questions = try #require(answer["questions"]?.elements).compactMap(\.text)
        #expect(questions.count >= 3)
        #expect(questions.allSatisfy { $0.contains("pricing pages") && $0.hasSuffix("?") })
    }

    @Test func `without one it prefers what readers opened and leaves what was said`() throws {
        func item(_ label: String, _ source: String, _ text: String) -> JSON {
            .fields(("label", .string(label)), ("source", .string(source)), ("text", .string(text)))
        }
        let first = """
            # Morning routine

            A backup plan needs a drill. The backup plan failed them all. Each invoice template saves some work.
            The invoice template is too old.
            """
        let second = "# Old backup\n\nThe tax letter came late this year. Every tax letter costs an afternoon."
        func topic(whenMostOpened subject: String) throws -> String? {
            let row = JSON.fields(("subject", .string(subject)), ("metric", "opens"), ("value", .number("0.52")))
            let context = JSON.array([
                item("past", "issue-1@1", first), item("past", "issue-2@1", second),
                item("results", "metrics newsletter-1", "\(row)"),
            ])
            return try answer(context: "\(context)", output: plan)["topic"]?.text
        }
        #expect(try topic(whenMostOpened: "An invoice template") == "invoice template")
        #expect(try topic(whenMostOpened: "The tax letter") == "tax letter")
    }

    @Test func `takes what was said before for no material`() throws {
        let said = "You answered: topic: Invoice templates. An invoice template saves an hour for every invoice."
        for label in [SessionLabel.exchanges, SessionLabel.tries] {
            let context = JSON.array([
                .fields(("label", .string(label)), ("source", "newsletter-7@12"), ("text", .string(said)))
            ])
            #expect(
                try answer(with: sources, context: "\(context)", output: plan)
                    == answer(with: sources, output: plan))
        }
    }

    @Test func `takes findings from the sources, with where they are from, and none twice`() throws {
        let answer = try self.answer(with: sources, output: research)
        let findings = try #require(answer["findings"]?.elements)
        #expect(findings.count >= 3)
        let first = try #require(findings.first)
        #expect(first["text"]?.text?.lowercased().contains("pricing page") == true)
        #expect(findings.allSatisfy { $0["source"]?.text?.hasPrefix("https://") == true })
        #expect(findings.count { $0["text"]?.text?.contains("Seven readers") == true } == 1)
        let confidence = try #require(answer["confidence"])
        #expect(confidence == .number("0.40"))
    }

    @Test func `drafts an issue whose every figure is claimed with its source`() throws {
        let answer = try self.answer(with: sources, output: draft)
        #expect(answer["subject"] == "Pricing pages: what others found")
        let body = try #require(answer["body"]?.text)
        // The opening is a scene and holds no figure.
        #expect(body.hasPrefix("She told me that she never read the number at all."))
        #expect(body.contains("## Cancelling beside the price\n\nIn 90 recorded visits"))
        #expect(body.contains("Source: [Cancelling beside the price](https://one.example/cancel)"))
        let claims = try #require(answer["claims"]?.elements).compactMap { $0["text"]?.text }
        #expect(claims.count >= 3)
        for claim in claims { #expect(body.contains(claim)) }
        #expect(answer["notes"] == nil)
    }

    @Test func `a note makes it shorter, leaves a quoted text out, and is acknowledged`() throws {
        func sections(_ notes: [String]) throws -> Int {
            let shorter = try self.answer(with: sources, notes: notes, output: draft)
            let body = try #require(shorter["body"]?.text)
            return body.split(separator: "\n").count { $0.hasPrefix("## ") }
        }
        #expect(try sections([]) > sections(["Please make it shorter."]))
        let note = "Take out \"63 people\", it sounds odd."
        let answer = try self.answer(with: sources, notes: [note], output: draft)
        #expect(answer["body"]?.text?.contains("63 people") == false)
        #expect(answer["notes"] == .array([.string(note)]))
        let mention = try self.answer(with: sources, notes: ["Open with \"nobody complained\"."], output: draft)
        #expect(mention["body"]?.text?.hasPrefix("They answered 9 mails fewer a day, and nobody complained.") == true)
    }

    @Test func `a text that must be short holds no half sentence with a figure`() throws {
        let shape = json(.object([field("hook", .text(max: 40))]))
        let answer = try self.answer(with: sources, output: "\(shape)")
        let hook = try #require(answer["hook"]?.text)
        #expect(hook.count <= 40)
        #expect(!hook.contains { $0.isNumber } || sources.contains(hook))
    }

    @Test(arguments: 0..<300)
    func `its answer has the shape that was asked for, whatever that is`(seed: UInt64) throws {
        var random = Seeded(seed)
        let shape = randomShape(depth: 0, &random)
        let inputs = [sources, "{}", "[]", "null", #"{"text":"1 2 3 4 5 6."}"#, #"{"topic":"7 steps"}"#]
        let with = inputs.randomElement(using: &random)
        let row = #"[{"label":"results","source":"s","text":"opens 12"},{},7]"#
        let context = ["[]", row].randomElement(using: &random)
        let notes = [[], ["shorter", "say \"x\""], ["\""]].randomElement(using: &random)
        let answer = try self.answer(
            with: with ?? "", context: context ?? "", notes: notes ?? [], output: "\(json(shape))")
        #expect(isValid(answer, shape), "\(answer) for \(json(shape))")
    }

    @Test(arguments: 0..<60)
    func `equal requests get equal bytes, and no figure is made up`(seed: UInt64) throws {
        var random = Seeded(seed)
        let shape = "\(json(randomShape(depth: 0, &random)))"
        let first = try answer(with: sources, notes: ["shorter"], output: shape)
        #expect(try first == answer(with: sources, notes: ["shorter"], output: shape))
        let given = joined(sources.replacing("\\n", with: " "))
        for text in texts(first) {
            for line in text.split(whereSeparator: \.isNewline) where line.contains(where: \.isNumber) {
                // What the draft puts around a title or an address.
                let bare = line.replacing("## ", with: "").replacing("Source: ", with: "")
                let parts = bare.hasPrefix("[") ? bare.split { "[]()".contains($0) } : [Substring(bare)]
                for part in parts.flatMap({ Sentence.all(in: String($0), passage: 0).map(\.text) }) {
                    #expect(given.contains(joined(part)), "\(part)")
                }
            }
        }
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"format":2}"#, #"{"format":1}"#, #"{"format":1,"output":{"kind":"x"}}"#,
    ])
    func `what is no request is refused`(request: String) {
        #expect(throws: HeuristicError.self) { try HeuristicAgent.answer(Array(request.utf8)) }
    }

    @Test func `a megabyte of material is worked through`() throws {
        let item = #"{"title":"T NUMBER","url":"https://e.example/NUMBER","text":"TEXT"}"#
        let text = (0..<40).map { "Word\($0 * 7) number \($0) of this text says something about pricing. " }.joined()
        let items = (0..<200).map { number in
            item.replacing("NUMBER", with: "\(number)")
                .replacing("TEXT", with: text.replacing("Word", with: "W\(number)x"))
        }
        let made = try answer(with: #"{"items":[\#(items.joined(separator: ","))]}"#, output: draft)
        #expect(made["body"]?.text?.isEmpty == false)
    }

    // MARK: - Shapes

    private let names = [
        "topic", "subject", "body", "questions", "claims", "text", "source", "url", "confidence", "notes", "summary",
        "x",
        "items", "angle", "score", "avoid", "tags", "read",
    ]

    private func randomShape(depth: Int, _ random: inout Seeded) -> OutputShape {
        let max = Int.random(in: 1...300, using: &random)
        switch Int.random(in: 0..<(depth > 3 ? 5 : 8), using: &random) {
        case 0: return .text(max: max)
        case 1: return .markdown(max: max * 20)
        case 2: return .url(max: max)
        case 3: return .number
        case 4: return .boolean
        case 5: return .list(randomShape(depth: depth + 1, &random))
        default:
            let count = Int.random(in: 0...5, using: &random)
            let chosen = names.shuffled(using: &random).prefix(count)
            return .object(
                chosen.map { name in
                    OutputShape.Field(
                        name: name, isOptional: Bool.random(using: &random),
                        shape: randomShape(depth: depth + 1, &random))
                })
        }
    }

    private func json(_ shape: OutputShape) -> JSON {
        switch shape {
        case .text(let max): .fields(("kind", "text"), ("max", .number(max)))
        case .markdown(let max): .fields(("kind", "markdown"), ("max", .number(max)))
        case .url(let max): .fields(("kind", "url"), ("max", .number(max)))
        case .number: .fields(("kind", "number"))
        case .boolean: .fields(("kind", "boolean"))
        case .list(let element): .fields(("kind", "list"), ("element", json(element)))
        case .object(let fields):
            .fields(
                ("kind", "object"),
                (
                    "fields",
                    .array(
                        fields.map { field in
                            .fields(
                                ("name", .string(field.name)), ("optional", .bool(field.isOptional)),
                                ("shape", json(field.shape)))
                        })
                ))
        }
    }

    private func isValid(_ value: JSON, _ shape: OutputShape) -> Bool {
        switch (value, shape) {
        case (.string(let text), .text(let max)), (.string(let text), .markdown(let max)): text.count <= max
        case (.string(let text), .url(let max)): text.count <= max && (text.isEmpty || text.hasPrefix("http"))
        case (.number(let digits), .number): Double(digits) != nil
        case (.bool, .boolean): true
        case (.array(let elements), .list(let element)):
            elements.count <= 50 && elements.allSatisfy { isValid($0, element) }
        case (.object(let members), .object(let fields)):
            fields.allSatisfy { field in value[field.name].map { isValid($0, field.shape) } ?? field.isOptional }
                && members.allSatisfy { member in fields.contains { $0.name == member.name } }
        default: false
        }
    }

    private func texts(_ value: JSON) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap { texts($0) }
        case .object(let fields): fields.flatMap { texts($0.value) }
        case .null, .bool, .number: []
        }
    }

    private func joined(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
