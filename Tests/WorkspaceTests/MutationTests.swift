import Events
import Foundation
import Testing
import Workspace

/// SplitMix64: the same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct MutationTests {
    static let rounds = 500

    private static let pieces =
        [
            "${{", "}}", "{{", "{", "}", "[", "]", ":", "- ", "\n", "\r", "\t", "\"", "'", "&a", "*a", "!!str", "---",
            "<<",
            "|", ">", "?", "#", "%", ",", "\u{0}", "\u{feff}", "\u{2028}", "\u{85}", "null", "~", "steps.", "inputs.",
            "99999999999999999999", "é",
        ].map { Array($0.utf8) } + [[0xff], [0xc3], [0xed, 0xa0, 0x80]]

    /// Inserts, removes, doubles or overwrites a stretch of bytes.
    private static func mutated(_ bytes: [UInt8], using numbers: inout SeededNumbers) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &numbers) {
            let start = Int.random(in: 0...bytes.count, using: &numbers)
            let end = min(bytes.count, start + Int.random(in: 0...12, using: &numbers))
            let piece = pieces.randomElement(using: &numbers) ?? []
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0: bytes.insert(contentsOf: piece, at: start)
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: end)
            case 3: bytes.replaceSubrange(start..<end, with: piece)
            default: bytes.removeSubrange(start...)
            }
        }
        return bytes
    }

    @Test func `whatever is written into a file, the loader ends with a workspace or with words`() throws {
        let fixture = try Fixture([:])
        let paths = try Templates.write("newsletter", to: fixture.directory).filter { !$0.hasPrefix("sources/") }
        let originals = try paths.map { path in
            Array(try Data(contentsOf: URL(filePath: "\(fixture.directory)/\(path)")))
        }
        var numbers = SeededNumbers(state: 20_261_102)
        var refused = 0
        for _ in 0..<Self.rounds {
            let index = Int.random(in: 0..<paths.count, using: &numbers)
            let bytes = Self.mutated(originals[index], using: &numbers)
            try fixture.write(paths[index], bytes)
            do throws(WorkspaceProblems) {
                let workspace = try fixture.load()
                for flow in workspace.flows { _ = try workspace.manifest(for: flow.definition.name) }
            } catch {
                refused += 1
                #expect(!error.errors.isEmpty)
                let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
                let lines = String(decoding: bytes, as: UTF8.self).unicodeScalars.count { breaks.contains($0) } + 1
                for diagnostic in error.diagnostics {
                    #expect(!diagnostic.message.isEmpty)
                    guard diagnostic.path == paths[index], let place = diagnostic.position else { continue }
                    // What is missing at the end is missing in the line after the last.
                    #expect(place.line >= 1 && place.line <= lines + 1 && place.column >= 1)
                }
            }
            try fixture.write(paths[index], originals[index])
        }
        #expect(refused > Self.rounds / 4)
        #expect(try fixture.load().notes.isEmpty)
    }
}
