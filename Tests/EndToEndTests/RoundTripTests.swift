import EventSourcing
import Events
import Foundation
import Ledger
import Testing
import Wire

/// Whatever a ledger can hold goes out and comes in again, byte for byte.
@Suite struct `A round trip` {
    /// Events of every type and revision that there ever was: the golden files.
    static let samples: [NewEvent] = {
        let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "EventsTests/Golden")
        return EventCatalog.entries.flatMap { entry in
            (1...entry.revision).compactMap { revision in
                guard let data = try? Data(contentsOf: golden.appending(path: "r\(revision)/\(entry.name).bin")) else {
                    return nil
                }
                return NewEvent(
                    type: entry.type, revision: revision, kind: entry.kind == .decision ? .decision : .observation,
                    payload: Array(data))
            }
        }
    }()

    private static func stream(for event: NewEvent, _ number: UInt64) -> String {
        switch EventCatalog.entry(of: event.type)?.category {
        case "job": "job/any-\(number)"
        case "entry": "entry/any-\(number)"
        default: number == 0 ? "control" : "derived/any-\(number)"
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `of random commits gives every byte, commit and cause back`(seed: UInt64) async throws {
        #expect(Self.samples.count > EventCatalog.entries.count)
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-trip-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = try await Self.makeLedger(in: folder, seed: seed)
        let export = try DaybookBinary.run(["export", "--all"], in: folder)
        #expect(export.status == 0, "\(export.errors)")
        let lines = try ExportLines(export.output)
        for line in lines.lines { #expect(CloudEventRules.violations(in: line) == []) }

        let other = try Company()
        let start = try other.head()
        let imported = try other.import(lines)
        #expect(imported.status == 0, "\(imported.errors)")
        let place = "import/\(imported.objects.first?["ledger"]?.text ?? "")/"
        let ledger = try Ledger(at: other.path(".daybook"), Ledger.Options(readOnly: true))
        defer { ledger.close() }
        // One event notes the import, before all others.
        let found = try ledger.events(after: Position(start + 1), limit: Ledger.eventsPerReadMax)
        #expect(found.count == made.events.count)
        for (old, new) in zip(made.events, found) {
            #expect(new.stream.description == place + old.stream.description)
            #expect(new.version == old.version && new.type == old.type && new.revision == old.revision)
            #expect(new.kind == old.kind && new.payload == old.payload)
            #expect(new.time == old.time && new.actor == old.actor && new.index == old.index)
            #expect(new.position - new.commit == old.position - old.commit)
            #expect((new.causation == 0) == (old.causation == 0))
            if old.causation > 0 { #expect(new.causation - new.commit == old.causation - old.commit) }
        }
        for content in made.contents { #expect(try ledger.artifact(Digest.of(content)) == content) }
        #expect(try other.daybook("verify").status == 0)
    }

    /// A ledger with commits of one to five events, some of them contents that name contents.
    private static func makeLedger(
        in folder: String, seed: UInt64
    ) async throws -> (events: [RecordedEvent], contents: [[UInt8]]) {
        var chance = Chance(state: seed)
        let ledger = try Ledger(at: "\(folder)/.daybook")
        defer { ledger.close() }
        var contents: [[UInt8]] = []
        for number in 0..<40 as Range<UInt64> {
            var byStream: [String: [NewEvent]] = [:]
            for _ in 0...chance.number(below: 5) {
                let sample = samples[Int(chance.number(below: UInt64(samples.count)))]
                byStream[stream(for: sample, chance.number(below: 3)), default: []].append(sample)
            }
            // A note names a content, which names another, in the wire format or as text.
            let inner = Array("inner \(seed) \(number)".utf8)
            let digest = Digest.of(inner)
            let outer = number.isMultiple(of: 2) ? [0x0a, 0x20] + digest.bytes + [0xff] : Array("see \(digest).".utf8)
            contents += [inner, outer]
            let note = JobObservation.jobSteered(JobSteered(note: .of(outer)))
            byStream["job/noted", default: []].append(NewEvent(note, kind: .observation))
            var place: UInt64 = 0
            let appends = byStream.sorted { $0.key < $1.key }.map { stream, events in
                StreamAppend(
                    events.map { event in
                        defer { place += 1 }
                        let cause = place > 0 && chance.number(below: 2) == 0 ? chance.number(below: place) : nil
                        return NewEvent(
                            type: event.type, revision: event.revision, kind: event.kind, payload: event.payload,
                            cause: cause.map { UInt32($0) })
                    }, to: StreamName(stream), expecting: .any)
            }
            let time = Timestamp(chance.number(below: 4_000_000_000_000_000))
            let actors = ["owner", "driver", "", "cli", "Zoë \u{1f40e}"]
            _ = try await ledger.append(
                NewCommit(
                    id: CommitID(time: time, random: (chance.next(), chance.next())), time: time,
                    actor: actors[Int(chance.number(below: UInt64(actors.count)))], appends: appends,
                    artifacts: [inner, outer]))
        }
        return (try ledger.events(after: 0, limit: Ledger.eventsPerReadMax), contents)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `through a damaged file is refused, or harms nothing`(seed: UInt64) throws {
        let company = try Company()
        try company.send()
        let text = Array(try company.export("newsletter-1").text.utf8)
        let other = try Company()
        var chance = Chance(state: seed)
        for _ in 0..<12 {
            var bytes = text
            for _ in 0...chance.number(below: 3) {
                let place = Int(chance.number(below: UInt64(bytes.count)))
                switch chance.number(below: 3) {
                case 0: bytes[place] = UInt8(chance.number(below: 256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(place + 40, bytes.count)], at: place)
                }
            }
            try Data(bytes).write(to: URL(filePath: other.path("damaged.jsonl")))
            let result = try other.daybook("import", "damaged.jsonl")
            #expect([0, 1, 65].contains(result.status), "\(result.status) \(result.errors)")
        }
        #expect(try other.daybook("verify").status == 0)
        #expect(try other.daybook("work", "--json").objects.isEmpty)
        #expect(try other.mails().isEmpty)
    }

    /// A generator with a seed (SplitMix64).
    private struct Chance {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
            return word ^ word >> 31
        }

        mutating func number(below limit: UInt64) -> UInt64 { next() % limit }
    }
}
