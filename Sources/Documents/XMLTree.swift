import CXML2

/// A tree that libxml2 made of a text, until it is let go.
///
/// Nothing is loaded from anywhere, and entities of the document's own are neither read nor put in.
struct XMLTree: ~Copyable {
    private let document: xmlDocPtr

    var root: XMLNode? { xmlDocGetRootElement(document).map { XMLNode($0) } }

    /// Well-formed XML.
    ///
    /// - Throws: a problem with its place.
    init(xml bytes: [UInt8], path: String) throws(DocumentProblem) {
        func fail(_ line: Int, _ column: Int, _ message: String) -> DocumentProblem {
            DocumentProblem(path: path, line: max(1, line), column: max(1, column), message, extent: .file)
        }
        guard bytes.firstRange(of: Array("<!ENTITY".utf8)) == nil else {
            throw fail(1, 1, "it declares an entity, which a feed needs not")
        }
        guard let context = xmlNewParserCtxt() else { throw fail(1, 1, "no memory to read it") }
        defer { xmlFreeParserCtxt(context) }
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        let tree = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                xmlCtxtReadMemory(
                    context, text.baseAddress, CInt(text.count), nil, nil,
                    CInt(options | XML_PARSE_NOCDATA.rawValue | XML_PARSE_COMPACT.rawValue))
            }
        }
        guard let tree else {
            let error = xmlCtxtGetLastError(context)
            let message = error?.pointee.message.map { String(cString: $0).trimmedBlanks } ?? "this is not XML"
            throw fail(Int(error?.pointee.line ?? 1), Int(error?.pointee.int2 ?? 1), message.excerpt)
        }
        // Declared in another encoding, so that the bytes did not say it.
        guard tree.pointee.intSubset?.pointee.entities == nil else {
            xmlFreeDoc(tree)
            throw fail(1, 1, "it declares an entity, which a feed needs not")
        }
        document = tree
    }

    /// HTML as it comes: whatever is wrong with it is put right as browsers do, or nearly.
    ///
    /// Nil for a text without any element.
    init?(html text: String) {
        guard let context = htmlNewParserCtxt() else { return nil }
        defer { htmlFreeParserCtxt(context) }
        let options =
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
            | HTML_PARSE_NONET.rawValue | HTML_PARSE_COMPACT.rawValue | HTML_PARSE_IGNORE_ENC.rawValue
        // To libxml2 a zero byte is the end.
        var text = text.utf8.contains(0) ? text.replacing("\0", with: " ") : text
        let tree = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                htmlCtxtReadMemory(context, text.baseAddress, CInt(text.count), nil, "UTF-8", CInt(options))
            }
        }
        guard let tree else { return nil }
        document = tree
    }

    deinit { xmlFreeDoc(document) }
}

/// A place in a tree; as good as the tree that it is of.
struct XMLNode: Equatable {
    private let node: xmlNodePtr

    init(_ node: xmlNodePtr) { self.node = node }

    var isElement: Bool { node.pointee.type == XML_ELEMENT_NODE }
    /// Counted from 1.
    var line: Int { max(1, Int(xmlGetLineNo(node))) }
    var parent: XMLNode? { node.pointee.parent.map { XMLNode($0) } }
    var next: XMLNode? { node.pointee.next.map { XMLNode($0) } }
    /// Nil for what has none, and for entities, whose content lies elsewhere.
    var firstChild: XMLNode? { isElement ? node.pointee.children.map { XMLNode($0) } : nil }

    /// Of an element, without a prefix and in lower case.
    var name: String {
        guard isElement, let text = node.pointee.name else { return "" }
        let name = String(cString: text)
        // Of HTML all names are.
        return name.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5a ~= $0) } ? name : name.lowercased()
    }

    /// The prefix that the document gives its namespace: `content` of `content:encoded`.
    var prefix: String? { node.pointee.ns?.pointee.prefix.map { String(cString: $0) } }

    /// Of a text; nil for anything else.
    var content: String? {
        isText ? node.pointee.content.map { String(cString: $0) } : nil
    }

    /// Whether it has attributes at all.
    var hasAttributes: Bool { isElement && node.pointee.properties != nil }

    /// Lends the bytes of a text, which end with the call; does nothing for anything else.
    func withContent(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        guard isText, let content = node.pointee.content else { return }
        body(UnsafeBufferPointer(start: content, count: Int(xmlStrlen(content))))
    }

    /// Whether it is a text.
    var isText: Bool { node.pointee.type == XML_TEXT_NODE || node.pointee.type == XML_CDATA_SECTION_NODE }

    subscript(attribute name: String) -> String? {
        guard isElement, let value = xmlGetNoNsProp(node, name) else { return nil }
        defer { daybook_xml_free(value) }
        return String(cString: value)
    }

    var children: [XMLNode] { Array(sequence(first: firstChild) { $0?.next }.prefix { $0 != nil }.compactMap { $0 }) }

    /// All text in it.
    var text: String {
        var text = ""
        walk { node in
            text += node.content ?? ""
            return true
        } leave: { _ in
        }
        return text
    }

    /// Goes through everything below this node in the order of the document, without recursion: a page may be nested
    /// as deep as it likes.
    ///
    /// - Parameter enter: whether to go into it.
    func walk(enter: (XMLNode) -> Bool, leave: (XMLNode) -> Void) {
        var place = self
        while true {
            if enter(place), let child = place.firstChild {
                place = child
                continue
            }
            leave(place)
            while place != self, place.next == nil, let parent = place.parent {
                place = parent
                leave(place)
            }
            guard place != self, let next = place.next else { return }
            place = next
        }
    }
}
