import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;

/**
 * XML Signature as the JDK has it. Usage: PRIVATE (PKCS#8, base64) PUBLIC (SPKI, base64) ALGORITHM METHOD UNSIGNED SIGNED...
 * Prints the file UNSIGNED with a signature in it, in base64, then for each file SIGNED whether its signature is right.
 */
public class Signatures {
  public static void main(String[] given) throws Exception {
    KeyFactory keys = KeyFactory.getInstance(given[2]);
    PrivateKey own = keys.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(given[0])));
    PublicKey theirs = keys.generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(given[1])));
    System.out.println(Base64.getEncoder().encodeToString(signed(given[4], given[3], own).getBytes(StandardCharsets.UTF_8)));
    for (int at = 5; at < given.length; at += 1) System.out.println(isRight(given[at], theirs));
  }

  private static Document read(String file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory.newDocumentBuilder().parse(Path.of(file).toFile());
  }

  private static String signed(String file, String method, PrivateKey key) throws Exception {
    XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
    Document document = read(file);
    var reference = factory.newReference(
        "",
        factory.newDigestMethod(DigestMethod.SHA256, null),
        List.of(
            factory.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null),
            factory.newTransform(CanonicalizationMethod.EXCLUSIVE, (TransformParameterSpec) null)),
        null,
        null);
    var info = factory.newSignedInfo(
        factory.newCanonicalizationMethod(CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
        factory.newSignatureMethod(method, null),
        List.of(reference));
    DOMSignContext context = new DOMSignContext(key, document.getDocumentElement());
    context.setDefaultNamespacePrefix("ds");
    factory.newXMLSignature(info, null).sign(context);
    StringWriter written = new StringWriter();
    TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document), new StreamResult(written));
    return written.toString();
  }

  private static boolean isRight(String file, PublicKey key) throws Exception {
    Document document = read(file);
    var found = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
    DOMValidateContext context = new DOMValidateContext(key, found.item(0));
    return XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context).validate(context);
  }
}
