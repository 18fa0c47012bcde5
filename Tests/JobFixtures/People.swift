package import Events
import Jobs
package import Sealing
import Synchronization
import Wire

/// Keys of people in memory: always the same for the same person, until they are forgotten.
package final class People: Keyring {
    private let keys = Mutex<[String: SubjectKey]>([:])

    package init() {}

    package func key(_ id: SubjectID) -> SubjectKey? { keys.withLock { keys in keys.values.first { $0.id == id } } }

    package func named(in clear: [UInt8]) -> Set<SubjectID> {
        let text = String(decoding: clear, as: UTF8.self)
        return keys.withLock { keys in Set(keys.filter { text.contains($0.key) }.map(\.value.id)) }
    }

    /// The id of a person; somebody who is new gets a key.
    package func id(of person: String) -> SubjectID? {
        keys.withLock { keys in
            if let key = keys[person] { return key.id }
            let chance = Digest.of(Array(person.utf8)).bytes
            keys[person] = SubjectID(chance.prefix(16)).flatMap { SubjectKey(id: $0, secret: chance) }
            return keys[person]?.id
        }
    }

    /// The id of a person's key, as events carry it.
    package static func name(of person: String) -> String { People().id(of: person)?.description ?? "" }

    package func forget(_ person: String) { keys.withLock { $0[person] = nil } }

    /// The audience of a mail, with every artifact that it names.
    package func audience(_ addresses: [String]) -> (item: ContextItem, artifacts: [[UInt8]]) {
        let recipients = addresses.compactMap { address -> Recipient? in
            guard let id = id(of: address) else { return nil }
            let sealed = seal(Array(address.utf8), about: [id], as: .address)
            return Recipient(subject: id.description, address: sealed.hex)
        }
        let audience = Audience(recipients: recipients).wireBytes
        let item = ContextItem(
            source: .file(FileSource(path: "lists/weekly.csv", count: UInt32(addresses.count))),
            label: JobDecider.audienceLabel, content: Digest.of(audience), rank: 1, scoreMillionths: 0, tokens: 0,
            why: .named)
        return (item, [audience])
    }
}
