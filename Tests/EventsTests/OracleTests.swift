import SwiftProtobuf
import Testing
import Wire

/// Our bytes and our JSON against swift-protobuf's, on random values.
@Suite struct `The oracle` {
    static let valuesPerType = 2_000

    @Test(arguments: checkedMessages.indices)
    func `agrees with the bytes and the JSON of a message`(index: Int) throws {
        try agree(with: checkedMessages[index], seed: UInt64(index))
    }

    @Test(arguments: checkedUnions.indices)
    func `agrees with the bytes and the JSON of a list of events`(index: Int) throws {
        try agree(with: checkedUnions[index], seed: 1_000 + UInt64(index))
    }

    private func agree<M: CheckedMessage>(with type: M.Type, seed: UInt64) throws {
        var chance = Chance(seed: seed)
        for _ in 0..<Self.valuesPerType {
            let value = M.random(&chance)
            let bytes = value.wireBytes
            let oracle = try M.Oracle(serializedBytes: bytes)
            try #require(try oracle.serializedBytes() as [UInt8] == bytes)
            try #require(try M(wireBytes: bytes).wireBytes == bytes)
            try #require(try JSON(parsing: oracle.jsonString()) == value.json)
        }
    }

    private func agree<U: CheckedUnion>(with type: U.Type, seed: UInt64) throws {
        var chance = Chance(seed: seed)
        for _ in 0..<Self.valuesPerType {
            let value = U.random(&chance)
            let oracle = try U.Oracle(serializedBytes: value.listedBytes)
            try #require(try oracle.serializedBytes() as [UInt8] == value.listedBytes)
            try #require(try U(type: value.type, revision: value.revision, from: value.wireBytes.span.bytes) == value)
            try #require(try JSON(parsing: oracle.jsonString()) == value.json)
        }
    }
}
