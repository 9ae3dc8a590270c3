import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.wechat.pay.java.core.RSAAutoCertificateConfig;
import com.wechat.pay.java.core.exception.ValidationException;
import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;
import com.wechat.pay.java.core.http.HttpClient;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RequestParam;
import com.wechat.pay.java.service.billdownload.BillDownloadServiceExtension;
import com.wechat.pay.java.service.billdownload.DigestBillEntity;
import com.wechat.pay.java.service.billdownload.model.BillType;
import com.wechat.pay.java.service.billdownload.model.GetTradeBillRequest;
import com.wechat.pay.java.service.billdownload.model.TarType;
import com.wechat.pay.java.service.payments.model.Transaction;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;
import com.wechat.pay.java.service.payments.nativepay.model.Amount;
import com.wechat.pay.java.service.payments.nativepay.model.CloseOrderRequest;
import com.wechat.pay.java.service.payments.nativepay.model.PrepayRequest;
import com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByOutTradeNoRequest;
import com.wechat.pay.java.service.refund.RefundService;
import com.wechat.pay.java.service.refund.model.AmountReq;
import com.wechat.pay.java.service.refund.model.CreateRequest;
import com.wechat.pay.java.service.refund.model.QueryByOutRefundNoRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** A merchant's day with the official client, whose address and keys alone are ours. Prints what it saw as JSON. */
public final class Flow {
  private final JsonObject settings;
  private final JsonObject seen = new JsonObject();

  private Flow(JsonObject settings) {
    this.settings = settings;
  }

  public static void main(String[] args) throws Exception {
    new Flow(JsonParser.parseString(Files.readString(Path.of(args[0]))).getAsJsonObject()).run();
    // The client refreshes certificates on a thread that goes on.
    System.exit(0);
  }

  private String said(String name) {
    return settings.get(name).getAsString();
  }

  /** The client knows its hosts; this sends what is for them to the simulator. Signatures do not cover the host. */
  private DefaultHttpClientBuilder toTheSimulator() {
    HttpUrl there = HttpUrl.get(said("url"));
    OkHttpClient http =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  HttpUrl url =
                      chain.request().url().newBuilder().scheme(there.scheme()).host(there.host()).port(there.port()).build();
                  return chain.proceed(chain.request().newBuilder().url(url).build());
                })
            .build();
    return new DefaultHttpClientBuilder().okHttpClient(http);
  }

  private void run() throws Exception {
    RSAAutoCertificateConfig config =
        new RSAAutoCertificateConfig.Builder()
            .merchantId(said("mchid"))
            .merchantSerialNumber(said("serial"))
            .privateKeyFromPath(said("keyFile"))
            .apiV3Key(said("apiv3Key"))
            .httpClientBuilder(toTheSimulator())
            .build();
    HttpClient http = toTheSimulator().config(config).build();
    NativePayService pay = new NativePayService.Builder().config(config).httpClient(http).build();

    String waiting = said("prefix") + "-waiting";
    seen.addProperty("code_url", pay.prepay(order(said("waitingAppid"), waiting)).getCodeUrl());
    seen.addProperty("waiting", queried(pay, waiting).getTradeState().name());
    CloseOrderRequest close = new CloseOrderRequest();
    close.setMchid(said("mchid"));
    close.setOutTradeNo(waiting);
    pay.closeOrder(close);
    seen.addProperty("closed", queried(pay, waiting).getTradeState().name());

    String paid = said("prefix") + "-paid";
    pay.prepay(order(said("appid"), paid));
    Transaction transaction = queried(pay, paid);
    seen.addProperty("paid", transaction.getTradeState().name());
    seen.addProperty("total", transaction.getAmount().getTotal());

    refund(new RefundService.Builder().config(config).httpClient(http).build(), paid);
    seen.addProperty("after_refund", queried(pay, paid).getTradeState().name());
    bill(new BillDownloadServiceExtension.Builder().config(config).httpClient(http).build());
    notification(new NotificationParser(config));
    System.out.println(new Gson().toJson(seen));
  }

  private PrepayRequest order(String appid, String number) {
    Amount amount = new Amount();
    amount.setTotal(100);
    PrepayRequest request = new PrepayRequest();
    request.setAppid(appid);
    request.setMchid(said("mchid"));
    request.setDescription("一杯咖啡 ☕");
    request.setOutTradeNo(number);
    request.setNotifyUrl(said("notifyUrl"));
    request.setAmount(amount);
    return request;
  }

  private Transaction queried(NativePayService pay, String number) {
    QueryOrderByOutTradeNoRequest request = new QueryOrderByOutTradeNoRequest();
    request.setMchid(said("mchid"));
    request.setOutTradeNo(number);
    return pay.queryOrderByOutTradeNo(request);
  }

  private void refund(RefundService refunds, String paid) {
    AmountReq amount = new AmountReq();
    amount.setRefund(30L);
    amount.setTotal(100L);
    amount.setCurrency("CNY");
    CreateRequest request = new CreateRequest();
    request.setOutTradeNo(paid);
    request.setOutRefundNo(paid + "-refund");
    request.setReason("冷了");
    request.setAmount(amount);
    seen.addProperty("refund", refunds.create(request).getStatus().name());
    QueryByOutRefundNoRequest query = new QueryByOutRefundNoRequest();
    query.setOutRefundNo(paid + "-refund");
    // The simulator signs the first answer wrongly.
    try {
      refunds.queryByOutRefundNo(query);
      seen.addProperty("forged_answer", "accepted");
    } catch (ValidationException refused) {
      seen.addProperty("forged_answer", "refused");
    }
    seen.addProperty("refund_query", refunds.queryByOutRefundNo(query).getStatus().name());
  }

  private void bill(BillDownloadServiceExtension bills) throws Exception {
    GetTradeBillRequest request = new GetTradeBillRequest();
    request.setBillDate(said("billDate"));
    request.setBillType(BillType.ALL);
    request.setTarType(TarType.GZIP);
    DigestBillEntity bill = bills.getTradeBill(request);
    String file = new String(bill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    seen.addProperty("bill_hash", bill.verifyHash() ? "verified" : "wrong");
    seen.addProperty("bill_columns", file.split("\r\n")[0].split(",").length);
  }

  private void notification(NotificationParser parser) throws Exception {
    JsonObject told = JsonParser.parseString(Files.readString(awaited(Path.of(said("notificationFile"))))).getAsJsonObject();
    Transaction transaction = parser.parse(request(told, told.get("body").getAsString()), Transaction.class);
    seen.addProperty("notified", transaction.getTradeState().name());
    try {
      parser.parse(request(told, told.get("body").getAsString() + " "), Transaction.class);
      seen.addProperty("forged_notification", "accepted");
    } catch (ValidationException refused) {
      seen.addProperty("forged_notification", "refused");
    }
  }

  private static Path awaited(Path file) throws InterruptedException {
    for (int turn = 0; turn < 300 && !Files.exists(file); turn++) Thread.sleep(100);
    return file;
  }

  private static RequestParam request(JsonObject told, String body) {
    JsonObject headers = told.getAsJsonObject("headers");
    return new RequestParam.Builder()
        .serialNumber(headers.get("wechatpay-serial").getAsString())
        .nonce(headers.get("wechatpay-nonce").getAsString())
        .signature(headers.get("wechatpay-signature").getAsString())
        .timestamp(headers.get("wechatpay-timestamp").getAsString())
        .signType(headers.get("wechatpay-signature-type").getAsString())
        .body(body)
        .build();
  }
}
