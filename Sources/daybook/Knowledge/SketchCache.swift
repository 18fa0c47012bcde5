import Events
import Knowledge
import Wire

/// Sketches of texts by what they are of, in a file beside the views: none is made twice.
///
/// The file only grows, each record carries a check, and what is damaged is made again. Of what is about a person
/// nothing is kept in it, so nothing has to be erased from it.
struct SketchCache {
    /// Of a record, beside the sketch: key, length, check.
    private static let frameBytes = 32

    private let file: CacheFile
    private var sketches: [ContentKey: Sketch] = [:]
    private var fresh: [UInt8] = []

    /// - Parameter folder: of the views.
    init(in folder: String) {
        file = CacheFile(path: "\(folder)/texts.sketches", mark: 0x7374_6578_7400 << 8 | UInt64(Sketch.revision))
        read(file.read().span.bytes)
    }

    subscript(key: ContentKey) -> Sketch? { sketches[key] }

    /// Keeps one; it is in the file after `save`.
    mutating func keep(_ sketch: Sketch, of key: ContentKey) {
        guard sketches.updateValue(sketch, forKey: key) == nil else { return }
        let bytes = sketch.bytes
        withUnsafeBytes(of: (key.high, key.low, UInt64(bytes.count))) { fresh += $0 }
        fresh += bytes
        withUnsafeBytes(of: Self.check(key, bytes.span.bytes)) { fresh += $0 }
    }

    mutating func save() {
        if !fresh.isEmpty { file.append(fresh) }
        fresh = []
    }

    private mutating func read(_ bytes: RawSpan) {
        func word(_ offset: Int) -> UInt64 { bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        var place = 0
        while place + Self.frameBytes <= bytes.byteCount {
            let key = ContentKey(high: word(place), low: word(place + 8))
            let count = word(place + 16)
            guard count <= UInt64(bytes.byteCount - place - Self.frameBytes) else { return }
            let end = place + 24 + Int(count)
            let content = bytes.extracting(place + 24..<end)
            guard Self.check(key, content) == word(end) else { return }
            if let sketch = Sketch(content) { sketches[key] = sketch }
            place = end + 8
        }
    }

    private static func check(_ key: ContentKey, _ bytes: RawSpan) -> UInt64 {
        var fingerprint = Fingerprint(seed: key.high)
        fingerprint.add(key.low)
        fingerprint.add(bytes)
        return fingerprint.value
    }
}
