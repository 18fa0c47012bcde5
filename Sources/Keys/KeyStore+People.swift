public import Sealing
import Synchronization

/// Who has a key. Files are read once: a name that is known is not opened again.
extension KeyStore {
    /// Whom content from outside names: those of the known people whose e-mail address stands in it.
    ///
    /// Names that are no addresses are not looked for: too many texts say "Ann". A key that cannot be read names
    /// nobody; making and reading keys fail with it, and `daybook doctor` says which it is.
    public func named(in clear: [UInt8]) -> Set<SubjectID> {
        guard clear.contains(UInt8(ascii: "@")), let people = try? readPeople() else { return [] }
        return people.named(in: clear)
    }

    /// The ids of a person's keys: none if nobody of this name is known, more than one only after two restores.
    public func ids(of person: String) throws(KeyFailure) -> [SubjectID] {
        try sound(readPeople()).ids[Self.normal(person)] ?? []
    }

    /// Everybody who has a key, by id.
    public func everybody() throws(KeyFailure) -> [(id: SubjectID, person: String)] {
        try sound(readPeople()).ids.flatMap { person, ids in ids.map { ($0, person) } }.sorted { $0.id < $1.id }
    }

    private func readPeople() throws(KeyFailure) -> KnownPeople {
        try shared.withLock { shared throws(KeyFailure) in
            guard exists else { return KnownPeople() }
            try share(&shared)
            return try people(&shared)
        }
    }

    func sound(_ people: KnownPeople) throws(KeyFailure) -> KnownPeople {
        if let path = people.damaged.min() { throw .damaged(path) }
        return people
    }
}
