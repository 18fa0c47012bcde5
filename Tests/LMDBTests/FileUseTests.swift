import Foundation
import Testing

@testable import LMDB

@Suite struct `The use of a file` {
    private let path = NSTemporaryDirectory() + "use-" + UUID().uuidString

    @Test func `is shared by many, and had alone by one`() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        var shared = [try FileUse(sharing: path), try FileUse(sharing: path)]
        #expect(shared.allSatisfy { $0 != nil })
        #expect(try FileUse(alone: path) == nil)
        shared.removeLast()
        #expect(try FileUse(alone: path) == nil)
        shared.removeAll()
        let alone = try #require(try FileUse(alone: path))
        #expect(try FileUse(alone: path) == nil)
        // Whoever has it alone may have been stopped.
        #expect(throws: LMDBError(.beingReplaced, "open", path)) { try FileUse(sharing: path, waiting: .zero) }
        withExtendedLifetime(alone) {}
    }

    @Test func `is not asked for where nothing can be written`() throws {
        #expect(try FileUse(sharing: "/nowhere/at/all") == nil)
        #expect(throws: LMDBError.self) { try FileUse(alone: "/nowhere/at/all") }
    }
}
