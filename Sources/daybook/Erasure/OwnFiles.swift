import Foundation

/// The owner's own files that a person stands in: Daybook reads them and changes none.
struct OwnFiles {
    /// The most files that are looked at.
    static let filesMax = 100_000
    /// Larger files are not looked at, in bytes.
    static let bytesMax = 16 << 20

    /// `lists/weekly.csv:3`, the first line of each file, sorted.
    private(set) var places: [String] = []
    /// Files that were too large, or too many to look at.
    private(set) var skipped = 0

    init(naming person: String, in directory: String) {
        let mention = Mention(of: person)
        let keys: [URLResourceKey] = [.isRegularFileKey, .fileSizeKey]
        let walk = FileManager.default.enumerator(
            at: URL(filePath: directory), includingPropertiesForKeys: keys, options: [])
        var seen = 0
        while let url = walk?.nextObject() as? URL {
            if [Workplace.ledgerFolder, ".git"].contains(url.lastPathComponent) {
                walk?.skipDescendants()
                continue
            }
            guard let values = try? url.resourceValues(forKeys: Set(keys)), values.isRegularFile == true else {
                continue
            }
            seen += 1
            guard seen <= Self.filesMax, values.fileSize ?? 0 <= Self.bytesMax,
                let bytes = FileManager.default.contents(atPath: url.path).map({ Array($0) })
            else {
                skipped += 1
                continue
            }
            guard let place = mention.place(in: bytes) else { continue }
            let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
            places.append("\(url.path.dropFirst(directory.count + 1)):\(line)")
        }
        places.sort()
    }
}
