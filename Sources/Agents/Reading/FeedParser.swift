import Foundation
import FoundationXML

/// Reads Atom (RFC 4287), RSS 2.0 and RSS 1.0, as far as their items go.
///
/// Entities that a document declares, external or its own, are refused: a feed needs none, and attacks do.
final class FeedParser: NSObject {
    /// The deepest nesting.
    static let depthMax = 64
    /// Of one field of one item, in bytes, so much is collected.
    static let fieldMax = 200_000

    private static let entityFault = "it declares an entity, which a feed needs not"

    private let source: String
    private let itemsMax: Int
    private var items: [SourceItem] = []
    /// Names of the open elements, without prefixes that say nothing.
    private var path: [String] = []
    /// The fields of the open item by name; nil outside of one.
    private var fields: [String: String]?
    private var itemDepth = 0
    private var isFeed = false
    /// Whether the open field holds text, not HTML: what Atom does not call HTML (RFC 4287, 3.1.1).
    private var isPlain = false
    private var fault: String?
    private var hasError = false

    private init(source: String, itemsMax: Int) {
        self.source = source
        self.itemsMax = itemsMax
    }

    /// - Parameter source: what the items will name as where they are from.
    static func items(in bytes: [UInt8], source: String, itemsMax: Int) throws(FeedError) -> [SourceItem] {
        // The parser tells of most declarations, but not of those of parameter entities.
        guard bytes.firstRange(of: Array("<!ENTITY".utf8)) == nil else {
            throw FeedError(line: 1, column: 1, entityFault)
        }
        let reader = FeedParser(source: source, itemsMax: itemsMax)
        let parser = XMLParser(data: Data(bytes))
        parser.externalEntityResolvingPolicy = .never
        parser.delegate = reader
        let isWhole = parser.parse()
        if let fault = reader.fault {
            throw FeedError(line: parser.lineNumber, column: parser.columnNumber, fault)
        }
        // The parser may be content with a document that ends early.
        guard isWhole, !reader.hasError, reader.path.isEmpty else {
            throw FeedError(line: parser.lineNumber, column: parser.columnNumber, "this is not well-formed XML")
        }
        guard reader.isFeed else { throw FeedError(line: 1, column: 1, "this is neither an Atom nor an RSS feed") }
        return reader.items
    }

    private func refuse(_ fault: String, _ parser: XMLParser) {
        if self.fault == nil { self.fault = fault }
        parser.abortParsing()
    }

    private func finishItem(_ fields: [String: String]) {
        guard items.count < itemsMax else { return }
        func first(_ names: String...) -> String {
            names.lazy.compactMap { fields[$0] }.map(\.trimmed).first { !$0.isEmpty } ?? ""
        }
        let title = PlainText.of(html: first("title")).replacing("\n\n", with: " ")
        let url = first("link")
        items.append(
            SourceItem(
                id: first("id", "guid", "link", "title"), title: title, url: url.isEmpty ? first("guid", "id") : url,
                published: FeedDate.timestamp(of: first("published", "pubDate", "updated", "dc:date")),
                text: PlainText.of(html: first("content", "content:encoded", "description", "summary")),
                source: source))
    }
}

extension FeedParser: XMLParserDelegate {
    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        let name =
            element.hasPrefix("atom:") || element.hasPrefix("rss:")
            ? String(element[element.index(after: element.firstIndex(of: ":") ?? element.startIndex)...]) : element
        path.append(name)
        guard path.count <= Self.depthMax else {
            return refuse("elements are nested deeper than \(Self.depthMax)", parser)
        }
        if path.count == 1 { isFeed = ["feed", "rss", "rdf:RDF"].contains(name) }
        if fields != nil, path.count == itemDepth + 1 {
            isPlain =
                path[0] == "feed" && attributes["type"]?.hasSuffix("html") != true
                || attributes["type"] == "xhtml"
        }
        if fields == nil, name == "entry" || name == "item" {
            fields = [:]
            itemDepth = path.count
        } else if path.count == itemDepth + 1, name == "link", let address = attributes["href"],
            attributes["rel"] ?? "alternate" == "alternate", fields?["link"] == nil
        {
            fields?["link"] = address
        } else if path.count > itemDepth + 1, PlainText.isBlock(name) {
            // XHTML inside of a field: what its elements separated stays separate.
            collect("<\(name)>")
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        collect(isPlain ? PlainText.html(of: string) : string)
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
    }

    private func collect(_ string: String) {
        guard fields != nil, path.count > itemDepth else { return }
        let field = path[itemDepth]
        guard fields?[field]?.utf8.count ?? 0 < Self.fieldMax else { return }
        fields?[field, default: ""].append(string)
    }

    func parser(
        _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
    ) {
        if path.count == itemDepth, let fields {
            finishItem(fields)
            self.fields = nil
            itemDepth = 0
        }
        path.removeLast()
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { hasError = true }

    func parser(
        _ parser: XMLParser, foundInternalEntityDeclarationWithName name: String, value: String?
    ) {
        refuse(Self.entityFault, parser)
    }

    func parser(
        _ parser: XMLParser, foundExternalEntityDeclarationWithName name: String, publicID: String?, systemID: String?
    ) {
        refuse(Self.entityFault, parser)
    }
}

/// Why a text is not a feed, and where.
struct FeedError: Error, CustomStringConvertible {
    let line: Int
    let column: Int
    let message: String

    init(line: Int, column: Int, _ message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    var description: String { "\(line):\(column): \(message)" }
}
