import Glibc
import Synchronization

/// What was acknowledged, in a mapped file that outlives a kill: the number of lanes, then for each lane the version
/// and the number of the last acknowledged event, as `version << 40 | number`.
final class Witness: @unchecked Sendable {
    // `@unchecked`: each lane writes its own word, in one store.
    private let words: UnsafeMutablePointer<UInt64>
    static let byteCount = 8 * (1 + Dataset.lanesMax)

    init?(_ path: String) {
        guard !path.isEmpty else { return nil }
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        guard file >= 0, ftruncate(file, Self.byteCount) == 0,
            let map = mmap(nil, Self.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), map != MAP_FAILED
        else { return nil }
        close(file)
        words = map.bindMemory(to: UInt64.self, capacity: 1 + Dataset.lanesMax)
    }

    var lanes: Int {
        get { Int(words[0]) }
        set { words[0] = UInt64(newValue) }
    }

    func note(_ lane: Int, _ version: UInt32, _ number: UInt64) { words[1 + lane] = UInt64(version) << 40 | number }

    /// Nil for a lane that nothing was acknowledged to.
    func acknowledged(_ lane: Int) -> (version: UInt32, number: UInt64)? {
        let word = words[1 + lane]
        return word == 0 ? nil : (UInt32(word >> 40), word & 0xff_ffff_ffff)
    }
}
